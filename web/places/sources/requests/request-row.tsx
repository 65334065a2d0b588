import { Link, useSearchParams } from 'react-router';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { exactTime } from '../../../words/times.ts';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import type { LoggedRequest } from '../queries.ts';
import type { RequestLine } from './request-lines.ts';
import styles from './requests-tab.module.css';

interface Props {
  readonly line: RequestLine;
  /** The time of the line above. */
  readonly newer: string | undefined;
  /** True for a list of all sources: the line then names its source. */
  readonly isOfAll: boolean;
}

/** One request in words. It opens the whole exchange. */
export function RequestRow({ line, newer, isOfAll }: Props) {
  const words = useWords();
  const { log } = words.sources;
  const [parameters] = useSearchParams();
  const exchangeSearch = useExchangeSearch();
  const { request, tests, requests } = line;
  const isOpen = parameters.get('exchange') === request.id;
  const time = new Date(request.time);
  const isNewDay = newer !== undefined && new Date(newer).toDateString() !== time.toDateString();
  const isTest = request.kind === 'connectionTest';
  const isRefused = request.outcome === 'refused' || request.outcome === 'failed';
  return (
    <>
      {isNewDay && (
        <li className={styles['day']}>
          {time.toLocaleDateString(words.locale, { weekday: 'long', day: 'numeric', month: 'long' })}
        </li>
      )}
      <li>
        <Link
          to={{ search: exchangeSearch(request.id) }}
          aria-current={isOpen ? 'true' : undefined}
          className={styles['line']}
        >
          <time dateTime={request.time} title={exactTime(time, words.locale)}>
            {clockTime(request.time, words.locale, true)}
          </time>
          {isTest && !isRefused ? (
            <span className="tone-same" aria-hidden="true">
              ♥
            </span>
          ) : (
            <OutcomeMark outcome={request.outcome} />
          )}
          {isTest ? (
            <span>
              {isRefused ? log.checksFailed(tests) : log.checks(tests)}{' '}
              <span className="dim">{log.withRequests(requests)}</span>
            </span>
          ) : (
            <Sentence request={request} />
          )}
          {isOfAll && <span className={styles['source']}>{request.source?.name}</span>}
          <span className={styles['duration']}>{request.durationMs !== null && log.ms(request.durationMs)}</span>
        </Link>
      </li>
    </>
  );
}

/** The sentence of the server, in which the name of the person stands out. */
function Sentence({ request: { sentence, name } }: { readonly request: LoggedRequest }) {
  const at = name === null || name === '' ? -1 : sentence.indexOf(name);
  if (name === null || at === -1) return <span>{sentence}</span>;
  return (
    <span>
      {sentence.slice(0, at)}
      <b>{name}</b>
      {sentence.slice(at + name.length)}
    </span>
  );
}
