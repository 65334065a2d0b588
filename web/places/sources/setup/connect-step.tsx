import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import { NewKeyDialog } from '../keys/new-key-dialog.tsx';
import type { Source } from '../../../data/sources.ts';
import type { Key, LoggedRequest } from '../queries.ts';
import { blockersOf, type SetupState } from './setup-state.ts';
import styles from './setup.module.css';

/** After this time without a request, the page says what may block it. */
const PATIENCE_MS = 60_000;

interface Props {
  readonly source: Source;
  readonly keys: readonly Key[];
  readonly state: SetupState;
  readonly isNow: boolean;
  readonly canListen: boolean;
}

/** What to enter in Entra ID, and Test Connection as it arrives. */
export function ConnectStep({ source, keys, state, isNow, canListen }: Props) {
  const { connect } = useWords().sources.setup.steps;
  const mayCreate = useMay()('integrations.write');
  const [isCreating, setCreating] = useState(false);
  const key = keys.find(({ status }) => status === 'valid');
  const { userTest, groupTest, refused } = state;
  const hasArrived = userTest !== undefined || groupTest !== undefined || refused !== undefined;
  const isLate = useLate(isNow && canListen && !hasArrived);
  return (
    <>
      <div className={styles['copy']}>
        <span className="dim">{connect.tenantUrl}</span>
        <code>{source.tenantUrl}</code>
        <CopyButton value={source.tenantUrl} label={connect.tenantUrl} />
        <span className="dim">{connect.secretToken}</span>
        <code>{key === undefined ? connect.noToken : connect.hidden(key.prefix)}</code>
        {mayCreate && (
          <button type="button" className="button" onClick={() => setCreating(true)}>
            {key === undefined ? connect.createToken : connect.newToken}
          </button>
        )}
      </div>
      {!source.rules.groups && <p className="dim">{connect.groupsOff}</p>}
      {isNow && (
        <p className="dim">
          <OutcomeMark outcome="waiting" /> {canListen ? connect.listening : connect.cannotListen}
        </p>
      )}
      {canListen && (hasArrived || isNow) && <Tests state={state} />}
      {isNow && refused !== undefined && <Problem refused={refused} />}
      <FlagNotice source={source} />
      {!isNow && userTest !== undefined && <Succeeded at={userTest.time} />}
      {isLate && <Blocked tenantUrl={source.tenantUrl} />}
      {isCreating && <NewKeyDialog source={source} close={() => setCreating(false)} />}
    </>
  );
}

/** Says what a Tenant URL without the flag means. */
function FlagNotice({ source }: { readonly source: Source }) {
  const { connect } = useWords().sources.setup.steps;
  if (source.lastRequestFlagged !== false) return null;
  return (
    <p className="tone-warn">
      <OutcomeMark outcome="waiting" /> {connect.noFlag}
    </p>
  );
}

/** The two questions of Test Connection. */
function Tests({ state }: { readonly state: SetupState }) {
  const { connect } = useWords().sources.setup.steps;
  return (
    <ul className={styles['tests']} aria-live="polite">
      <Test request={state.userTest} done={connect.user} waiting={connect.waitingUser} />
      <Test request={state.groupTest} done={connect.group} waiting={connect.waitingGroup} />
    </ul>
  );
}

/** True once nothing has arrived for a while. */
function useLate(isWaiting: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isWaiting]);
  return isWaiting && isLate;
}

interface TestProps {
  readonly request: LoggedRequest | undefined;
  readonly done: string;
  readonly waiting: string;
}

function Test({ request, done, waiting }: TestProps) {
  const words = useWords();
  const { connect } = words.sources.setup.steps;
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
      <span>{isPassed ? done : request.sentence}</span>
      <span className="dim">{connect.answered(request.status)}</span>
    </li>
  );
}

function Succeeded({ at }: { readonly at: string }) {
  const words = useWords();
  return (
    <p>
      <span className="tone-good" aria-hidden="true">
        ●
      </span>{' '}
      {words.sources.setup.steps.connect.succeeded(clockTime(at, words.locale))}
    </p>
  );
}

/** Says what was wrong with a request that was refused before the directory looked at its content. */
function Problem({ refused }: { readonly refused: LoggedRequest }) {
  const { connect } = useWords().sources.setup.steps;
  const exchangeSearch = useExchangeSearch();
  const { problems } = connect;
  const reason = Object.keys(problems).find((name) => name === refused.reason) as keyof typeof problems | undefined;
  const text = refused.kind === 'unknown' ? problems.path : problems[reason ?? 'other'];
  return (
    <div className={styles['problem']} role="alert">
      <p>
        <OutcomeMark outcome="refused" /> <b>{text}</b>
      </p>
      <p className="dim">
        {refused.reasonText} <Link to={{ search: exchangeSearch(refused.id) }}>{connect.openRequest}</Link>
      </p>
    </div>
  );
}

function Blocked({ tenantUrl }: { readonly tenantUrl: string }) {
  const { connect } = useWords().sources.setup.steps;
  const { blockers } = connect;
  return (
    <div className={styles['problem']} data-tone="warn" role="status">
      <p>
        <b>{connect.blocked}</b>
      </p>
      <ul>
        {blockersOf(tenantUrl).map((name) => (
          <li key={name}>{name === 'private' ? blockers.private(new URL(tenantUrl).host) : blockers[name]}</li>
        ))}
      </ul>
    </div>
  );
}
