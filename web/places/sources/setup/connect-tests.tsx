import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import type { LoggedRequest } from '../queries.ts';
import type { SetupProps } from './setup-state.ts';
import styles from './setup.module.css';

/** The requests by which a product tests the connection: the two questions of Entra ID, or the first request of another product. */
export function ConnectTests({ product, state }: SetupProps) {
  const { of: texts } = useWords().sources.setup;
  const { entra } = texts;
  return (
    <ul className={styles['tests']} aria-live="polite">
      {product === 'entra' ? (
        <>
          <Test request={state.userTest} done={entra.connect.user} waiting={entra.connect.waitingUser} />
          <Test request={state.groupTest} done={entra.connect.group} waiting={entra.connect.waitingGroup} />
        </>
      ) : (
        <Test request={state.answered} waiting={texts[product].connect.waiting} />
      )}
    </ul>
  );
}

interface TestProps {
  readonly request: LoggedRequest | undefined;
  /** What a passed test means. By default, the sentence of the server. */
  readonly done?: string;
  readonly waiting: string;
}

function Test({ request, done, waiting }: TestProps) {
  const words = useWords();
  if (request === undefined) {
    return (
      <li>
        <span />
        <OutcomeMark outcome="waiting" />
        <span>{waiting}</span>
      </li>
    );
  }
  const isPassed = request.outcome === 'accepted' || request.outcome === 'unchanged';
  return (
    <li>
      <time dateTime={request.time} className="mono dim">
        {clockTime(request.time, words.locale, true)}
      </time>
      <OutcomeMark outcome={request.outcome} />
      <span>{isPassed ? (done ?? request.sentence) : request.sentence}</span>
      <span className="dim">{words.sources.setup.answered(request.status)}</span>
    </li>
  );
}
