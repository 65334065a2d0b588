import { urlReach } from '#base/public-url.ts';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../../data/session.ts';
import { CopyButton } from '../../../parts/copy-button.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import { NewKeyDialog } from '../keys/new-key-dialog.tsx';
import type { Key } from '../queries.ts';
import { Blocked, Problem, UnknownToken } from './connect-problems.tsx';
import { ConnectTests } from './connect-tests.tsx';
import { baseUrlOf } from './product.ts';
import type { SetupProps } from './setup-state.ts';
import styles from './setup.module.css';
import type { UnidentifiedSender } from './use-arrivals.ts';

/** After this time without a request, the page says what may block it. */
const PATIENCE_MS = 60_000;

interface Props extends SetupProps {
  readonly keys: readonly Key[];
  readonly senders: readonly UnidentifiedSender[];
  readonly isNow: boolean;
  readonly canListen: boolean;
}

/** What to enter in the source, and its first requests as they arrive. */
export function ConnectStep({ keys, senders, isNow, canListen, ...setupProps }: Props) {
  const { setup } = useWords().sources;
  const { source, product, state } = setupProps;
  const { connect } = setup.of[product];
  const newest = state.refused ?? state.answered;
  // A request of the source after it shows that the token was corrected.
  const sender = senders.find(({ lastSeenAt }) => newest === undefined || lastSeenAt > newest.time);
  const isLate = useLate(isNow && canListen && newest === undefined && sender === undefined);
  const passed = product === 'entra' ? state.userTest : state.answered;
  return (
    <>
      <Credentials {...setupProps} keys={keys} />
      {!source.rules.groups && <p className="dim">{setup.groupsOff}</p>}
      {isNow && (
        <p className="dim">
          <OutcomeMark outcome="waiting" /> {canListen ? connect.listening : setup.cannotListen}
        </p>
      )}
      {canListen && (newest !== undefined || isNow) && <ConnectTests {...setupProps} />}
      {isNow && <Refusal {...setupProps} sender={sender} />}
      {'noFlag' in connect && source.lastRequestFlagged === false && (
        <p className="tone-warn">
          <OutcomeMark outcome="waiting" /> {connect.noFlag}
        </p>
      )}
      {!isNow && passed !== undefined && <Succeeded text={connect.succeeded} at={passed.time} />}
      {isLate && <Blocked {...setupProps} />}
    </>
  );
}

/** The URL and the token to copy. */
function Credentials({ source, product, keys }: SetupProps & Pick<Props, 'keys'>) {
  const { setup } = useWords().sources;
  const mayCreate = useMay()('integrations.write');
  const [isCreating, setCreating] = useState(false);
  const { connect } = setup.of[product];
  const key = keys.find(({ status }) => status === 'valid');
  const url = baseUrlOf(product, source);
  return (
    <>
      <div className={styles['copy']}>
        <span className="dim">{connect.url}</span>
        <code>{url}</code>
        <CopyButton value={url} label={connect.url} />
        <span className="dim">{connect.token}</span>
        <code>{key === undefined ? setup.noToken : setup.hidden(key.prefix)}</code>
        {mayCreate && (
          <button type="button" className="button" onClick={() => setCreating(true)}>
            {key === undefined ? setup.createToken : setup.newToken}
          </button>
        )}
      </div>
      <NotPublic product={product} source={source} />
      {isCreating && <NewKeyDialog source={source} close={() => setCreating(false)} />}
    </>
  );
}

/** Says that a cloud service cannot reach the URL, and what to do. Other products can be in the same network. */
function NotPublic({ product, source }: Pick<SetupProps, 'product' | 'source'>) {
  const { setup } = useWords().sources;
  const may = useMay();
  const { connect } = setup.of[product];
  const url = baseUrlOf(product, source);
  if (!('notPublic' in connect) || urlReach(url) === 'public') return null;
  return (
    <p className="tone-warn">
      <OutcomeMark outcome="waiting" /> {connect.notPublic(new URL(url).origin)}{' '}
      {'rehearse' in connect && may('entra.read') && (
        <>
          {connect.rehearse} <Link to="/rehearsal">{connect.toRehearsal}</Link>
        </>
      )}
    </p>
  );
}

/** What was wrong with the newest request, if it was refused. */
function Refusal({ sender, ...setupProps }: SetupProps & { readonly sender: UnidentifiedSender | undefined }) {
  const { refused } = setupProps.state;
  if (sender !== undefined) return <UnknownToken {...setupProps} sender={sender} />;
  return refused === undefined ? null : <Problem {...setupProps} refused={refused} />;
}

function Succeeded({ text, at }: { readonly text: (at: string) => string; readonly at: string }) {
  const { locale } = useWords();
  return (
    <p>
      <span className="tone-good" aria-hidden="true">
        ●
      </span>{' '}
      {text(clockTime(at, locale))}
    </p>
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
