import type { Schemas } from '../../data/client.ts';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import list from './list.module.css';

type Session = Schemas['session'] & { readonly current?: boolean };

interface Props {
  readonly sessions: readonly Session[];
  /** Absent for readers who may not end them. */
  readonly end?: ((id: string) => void) | undefined;
  readonly isBusy: boolean;
}

/** Where an account is signed in. */
export function Sessions({ sessions, end, isBusy }: Props) {
  const { sessions: words } = useWords().settings;
  if (sessions.length === 0) return <p className="dim">{words.none}</p>;
  return (
    <ul className={list['sessions']}>
      {sessions.map(({ id, userAgent, clientIp, lastUsedAt, createdAt, current = false }) => (
        <li key={id}>
          <div>
            <p>
              {programOf(userAgent) ?? words.unknownProgram} {clientIp !== null && words.from(clientIp)}{' '}
              {current && <span className="chip">{words.current}</span>}
            </p>
            <p className="dim small">
              {words.signedIn} <Time at={createdAt} />, {words.used} <Time at={lastUsedAt} />
            </p>
          </div>
          {end !== undefined && !current && (
            <button
              type="button"
              className="button"
              disabled={isBusy}
              aria-label={words.endLabel(programOf(userAgent) ?? words.unknownProgram)}
              onClick={() => end(id)}
            >
              {words.end}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Returns the browser or the program that a User-Agent header names, with its system if it is known. */
function programOf(userAgent: string | null): string | undefined {
  if (userAgent === null || userAgent === '') return undefined;
  const browser = /(?:Edg|OPR|Firefox|HeadlessChrome|Chrome|Version)\/\d+/.exec(userAgent)?.[0];
  if (browser === undefined) return userAgent.split(' ')[0];
  const [name = '', version = ''] = browser.split('/');
  const names: Readonly<Record<string, string>> = {
    Edg: 'Edge',
    OPR: 'Opera',
    HeadlessChrome: 'Chrome',
    Version: 'Safari',
  };
  const system = /Windows|iPhone|iPad|Android|Mac OS X|Linux/.exec(userAgent)?.[0];
  return [names[name] ?? name, version, system === undefined ? '' : `(${system})`].filter(Boolean).join(' ');
}
