import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { OnDemandAnswer } from '#entra/graph-api/client-types.ts';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useWords, type Words } from '../../../words/words.tsx';
import type { ObjectTypeName } from '../expressions/use-explanation.ts';
import { ModifiedProperties } from '../wire/modified-properties.tsx';
import { stepsOfAnswer } from '../wire/shown-steps.ts';
import { StatusChip } from '../wire/status-chip.tsx';
import { StepList } from '../wire/step-list.tsx';
import { StandInText } from '../stand-in-text.tsx';

interface Props {
  readonly answer: OnDemandAnswer;
  readonly name: string;
  readonly type: ObjectTypeName;
  /** The address of the application. */
  readonly base: string;
}

const statuses = { Success: 'success', Failure: 'failure', Skipped: 'skipped' } as const;

/** The result of Provision on demand: the four steps, what was written, and where to look further. */
export function OnDemandResult({ answer, name, type, base }: Props) {
  const { onDemand: words, wire } = useWords();
  const { key, value } = answer;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <section className="sheet" aria-label={words.resultLabel}>
        <header>
          <h2 ref={title} tabIndex={-1}>
            {words.result[key.result](name)}
          </h2>
          <div className="row push">
            <StatusChip status={statuses[key.result]} />
          </div>
        </header>
        <div className="body">
          <Reason answer={answer} />
          <p className="row">
            <DirectoryLink type={type} id={value.targetIdentity.id} />
            <Link to={`${base}/logs?change=${value.changeId}`}>{words.inLogs}</Link>
          </p>
        </div>
      </section>
      <section className="sheet" aria-label={words.stepsLabel}>
        <StepList steps={stepsOfAnswer(answer)} type={type} />
      </section>
      <section className="sheet" aria-label={wire.modified}>
        <header>
          <h2>{wire.modified}</h2>
        </header>
        {value.modifiedProperties.length === 0 ? (
          <div className="body">
            <ModifiedProperties properties={[]} />
          </div>
        ) : (
          <ModifiedProperties properties={value.modifiedProperties} />
        )}
      </section>
    </>
  );
}

/** Returns why something was skipped, in words; undefined for a reason that has none. */
export function skipText(reason: string | undefined, words: Words): string | undefined {
  const reasons: Readonly<Record<string, string>> = words.onDemand.skipReasons;
  return reasons[reason ?? ''];
}

function Reason({ answer: { key, value } }: { readonly answer: OnDemandAnswer }) {
  const words = useWords();
  const { errorCode, errorMessage } = key.details;
  if (key.result === 'Success') return <p>{words.wire.action[actionOf(value.action)]}</p>;
  const text = skipText(errorCode, words);
  return (
    <>
      <p>
        {key.result === 'Failure' && <span className="tone-bad">▲ </span>}
        {text ?? <StandInText text={errorMessage ?? ''} />}{' '}
        {errorCode !== undefined && <code className="dim">{errorCode}</code>}
      </p>
      {value.statusInfo.recommendedAction !== null && (
        <p>
          <b>
            {words.onDemand.recommendation}
            {words.marks.colon}
          </b>
          <StandInText text={value.statusInfo.recommendedAction} />
        </p>
      )}
    </>
  );
}

function actionOf(action: string): keyof Words['wire']['action'] {
  const name = action.toLowerCase();
  const known = ['create', 'update', 'delete', 'disable', 'stageddelete'] as const;
  return known.find((one) => one === name) ?? 'other';
}

/** A link to the object in this directory, if the application is this directory. */
export function DirectoryLink({ type, id }: { readonly type: ObjectTypeName; readonly id: string }) {
  const { onDemand: words } = useWords();
  const may = useMay();
  const { data: isHere = false } = useQuery({
    queryKey: [type === 'User' ? 'user' : 'group', id, 'exists'],
    queryFn: async ({ signal }) => {
      const path = { id };
      if (type === 'User') await read(api.GET('/api/systemusers/{id}', { params: { path }, signal }));
      else await read(api.GET('/api/groups/{id}', { params: { path }, signal }));
      return true;
    },
    enabled: /^[0-9a-f]{24}$/.test(id) && may(type === 'User' ? 'users.read' : 'groups.read'),
    retry: false,
  });
  if (!isHere) return null;
  return <Link to={`/${type === 'User' ? 'people' : 'groups'}/${id}`}>{words.inDirectory[type]}</Link>;
}
