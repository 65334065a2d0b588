import { useMutation } from '@tanstack/react-query';
import type { paths } from '../../contracts/api.ts';
import { api, read } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useWords } from '../../words/words.tsx';
import { Advice } from '../advice.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import styles from './exchange.module.css';
import type { Exchange } from './exchange-view.tsx';
import { JsonText } from './json-text.tsx';

const writes: readonly string[] = ['create', 'replace', 'patch', 'delete'];
/** What an evaluation shows, besides the request. */
const needed = ['users.read', 'groups.read', 'integrations.read'] as const;

/** Evaluates the request under the rules of today. Nothing is changed. */
export function ExchangeReplay({ request }: { readonly request: Exchange }) {
  const { exchange } = useWords();
  const may = useMay();
  const { id, kind, content } = request;
  const replay = useMutation({
    mutationFn: () => read(api.POST('/api/requests/{id}/replay', { params: { path: { id } } })),
  });
  if (content === null || !writes.includes(kind) || !needed.every((permission) => may(permission))) return null;
  return (
    <>
      <button type="button" className="button" disabled={replay.isPending} onClick={() => replay.mutate()}>
        {replay.isPending ? exchange.replaying : exchange.replay}
      </button>
      <div className={styles['replay']} aria-live="polite">
        {replay.error !== null && <ErrorNotice error={replay.error} />}
        {replay.data !== undefined && <Result result={replay.data} request={request} />}
      </div>
    </>
  );
}

type Replay = paths['/api/requests/{id}/replay']['post']['responses'][200]['content']['application/json'];

function Result({ result, request }: { readonly result: Replay; readonly request: Exchange }) {
  const { exchange, outcomes } = useWords();
  const { evaluation, notReplayableText, assumed } = result;
  if (evaluation === null) return <p>{notReplayableText}</p>;
  const isCorrected = request.outcome === 'refused' && evaluation.decision !== 'refused';
  const { replayAnswer } = exchange;
  const created = evaluation.decision === 'created' ? request.resourceType : null;
  const answer = created === 'User' || created === 'Group' ? replayAnswer[created] : replayAnswer.other;
  const isSame = evaluation.status === request.status && evaluation.reason === request.reason;
  return (
    <>
      <h3>{exchange.replayTitle}</h3>
      <p>
        <strong>{evaluation.sentence}</strong>
      </p>
      {evaluation.reasonText !== null && (
        <p>
          <Advice text={evaluation.reasonText} />
        </p>
      )}
      {evaluation.rules.map(({ name }) => (
        <p key={name} className="dim">
          {exchange.replayRule(name, evaluation.decision === 'refused')}
        </p>
      ))}
      {assumed !== null && <p className="dim">{assumed}</p>}
      <p className="dim small">
        {isSame ? exchange.replaySame : exchange.replayOther(outcomes[request.outcome])} {exchange.replayNothing}
      </p>
      {isCorrected && <p>{exchange.replayAgain}</p>}
      {evaluation.answer !== null && !isSame && (
        <details>
          <summary>{answer}</summary>
          <JsonText text={JSON.stringify(evaluation.answer)} label={answer} />
        </details>
      )}
    </>
  );
}
