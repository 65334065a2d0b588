import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from './person.module.css';
import { RequestLink } from './timeline.tsx';
import type { TimelinePage } from './use-person.ts';

/** Why the last request for a person was refused, what it sent, and what to do. */
export function RefusedPerson({ page }: { readonly page: TimelinePage }) {
  const { person } = useWords();
  const may = useMay();
  const refused = page.entries.filter(({ refusal }) => refusal !== null);
  const [entry] = refused;
  const requestId = entry?.request?.id;
  const exchange = useQuery({
    queryKey: ['exchange', requestId],
    queryFn: ({ signal }) => read(api.GET('/api/requests/{id}', { params: { path: { id: requestId ?? '' } }, signal })),
    enabled: requestId !== undefined && may('requests.read'),
  });
  if (entry === undefined || entry.refusal === null) return null;
  const source = entry.actor?.name ?? '';
  const rule = exchange.data?.content?.rule ?? null;
  return (
    <>
      <p className="dim">
        {refused.length > 1 ? person.refusedTimes(refused.length) : person.refusedOnce} <Time at={entry.time} />
      </p>
      <section className={styles['why']}>
        <p>
          <OutcomeMark outcome="refused" /> <b>{entry.refusal.text}</b>
        </p>
        {entry.refusal.advice !== null && <p>{entry.refusal.advice}</p>}
        <div className="row">
          {entry.actor?.type === 'integration' && entry.actor.id !== null && (
            <Link className="button" data-kind="primary" to={`/sources/${entry.actor.id}/rules`}>
              {rule === null ? person.rules(source) : person.rule(rule.name)}
            </Link>
          )}
        </div>
        {requestId !== undefined && may('requests.read') && <Replay id={requestId} />}
      </section>
      {exchange.data !== undefined && <Wire exchange={exchange.data} source={source} entry={entry} />}
    </>
  );
}

/** Evaluates the refused request under the rules of today. */
function Replay({ id }: { readonly id: string }) {
  const { person } = useWords();
  const replay = useMutation({
    mutationFn: () => read(api.POST('/api/requests/{id}/replay', { params: { path: { id } } })),
  });
  const { data } = replay;
  const evaluation = data?.evaluation;
  return (
    <>
      <button
        type="button"
        className="button"
        data-kind="quiet"
        disabled={replay.isPending}
        onClick={() => replay.mutate()}
      >
        {replay.isPending ? person.replaying : person.replay}
      </button>
      <div role="status">
        {evaluation !== undefined && evaluation !== null && (
          <p>
            <OutcomeMark outcome={evaluation.decision === 'refused' ? 'refused' : 'accepted'} /> {person.replayed}:{' '}
            <b>{evaluation.sentence}</b> {evaluation.reasonText} <span className="dim">{person.nothingWritten}</span>
          </p>
        )}
        <p>{data?.notReplayableText}</p>
        <p className="tone-bad">{replay.error?.message}</p>
      </div>
    </>
  );
}

interface WireProps {
  readonly exchange: Schemas['requestexchange'];
  readonly source: string;
  readonly entry: TimelinePage['entries'][number];
}

function Wire({ exchange, source, entry }: WireProps) {
  const { person } = useWords();
  const { content } = exchange;
  const { activityId } = exchange.sentIds;
  return (
    <section className="sheet" aria-labelledby="wire">
      <header>
        <h2 id="wire">{person.what}</h2>
        <span className="dim small">
          <Time at={exchange.time} />
          <RequestLink request={entry.request} />
        </span>
        {typeof content?.curl === 'string' && (
          <span className="push">
            <CopyButton value={content.curl} label={person.curl} />
          </span>
        )}
      </header>
      <div className={styles['wire']}>
        <div>
          <h3>{person.sent(source)}</h3>
          <pre>{typeof content?.body === 'string' ? formatted(content.body) : person.bodyNotKept}</pre>
        </div>
        <div>
          <h3>{person.answered(source)}</h3>
          <pre>
            {exchange.status} {exchange.reason}
            {'\n'}
            {detailOf(content?.answer ?? null) ?? exchange.reasonText}
          </pre>
          {content !== null && (
            <>
              <h3>{person.credential}</h3>
              <p className="dim">
                {content.actor.name ?? source} <code>{content.clientIp}</code>
                {activityId !== undefined && (
                  <>
                    {' · '}ActivityId <code>{activityId}</code>
                  </>
                )}
              </p>
            </>
          )}
        </div>
      </div>
    </section>
  );
}

/** Returns JSON with a line for each value; any other text as it is. */
function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function detailOf(answer: string | null): string | undefined {
  try {
    const parsed: unknown = JSON.parse(answer ?? '');
    return typeof parsed === 'object' && parsed !== null && 'detail' in parsed ? String(parsed.detail) : undefined;
  } catch {
    return undefined;
  }
}
