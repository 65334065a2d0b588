import { Link } from 'react-router';
import { Time } from '../../../parts/time.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import styles from './person.module.css';
import type { Entry, Timeline as TimelineQuery } from './use-person.ts';

/** What happened to a person, newest first. */
export function Timeline({ timeline }: { readonly timeline: TimelineQuery }) {
  const { person } = useWords();
  const entries = timeline.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <section className="sheet" aria-labelledby="timeline">
      <header>
        <h2 id="timeline">{person.timeline}</h2>
        <span className="dim small push">{person.live}</span>
      </header>
      {entries.length === 0 && <p className="body dim">{person.noEntries}</p>}
      <ol className={styles['timeline']} aria-label={person.timeline} aria-live="polite" aria-relevant="additions">
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </ol>
      {timeline.hasNextPage && (
        <p className={styles['earlier']}>
          <button
            type="button"
            className="button"
            disabled={timeline.isFetchingNextPage}
            onClick={() => void timeline.fetchNextPage()}
          >
            {person.earlier}
          </button>
        </p>
      )}
    </section>
  );
}

function toneOf({ refusal, type }: Entry): string {
  if (refusal !== null) return 'bad';
  return type === 'request_unchanged' ? 'same' : 'good';
}

function EntryRow({ entry }: { readonly entry: Entry }) {
  const { person } = useWords();
  const { changes, refusal, words: sentence, ignored } = entry;
  const isUpdate = changes.length > 0 && refusal === null && entry.group === null;
  return (
    <li>
      <span className={styles['at']}>
        <Time at={entry.time} />
      </span>
      <span className={styles['rail']} aria-hidden="true">
        <i data-tone={toneOf(entry)} />
      </span>
      <div className={styles['what']}>
        {refusal !== null && <p>{person.refused(refusal.text)}</p>}
        {refusal === null && entry.group === null && !isUpdate && <p>{sentence}</p>}
        {refusal === null && entry.group !== null && (
          <p>
            <Link to={`/groups/${entry.group.id}`} className={styles['group']}>
              {sentence}
            </Link>
          </p>
        )}
        {isUpdate && (
          <ul>
            {changes.map((change) => (
              <li key={change.field}>
                {change.attribute}: {change.from !== null && <del>{change.from}</del>}{' '}
                {change.from !== null && change.to !== null && '→ '}
                {change.to === null ? <span className="dimmer">{person.none}</span> : <b>{change.to}</b>}
              </li>
            ))}
          </ul>
        )}
        <small>
          {[
            isUpdate || refusal !== null ? sentence : (entry.actor?.name ?? ''),
            ...(refusal?.repeated ? [person.repeated(refusal.repeated.count)] : []),
            ...(ignored.length > 0 ? [person.ignored(ignored.map(({ path }) => path).join(', '))] : []),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
          <RequestLink request={entry.request} />
        </small>
      </div>
    </li>
  );
}

/** Opens the request behind an entry in the drawer of this page. */
export function RequestLink({ request }: { readonly request: Entry['request'] }) {
  const { person } = useWords();
  const exchangeSearch = useExchangeSearch();
  if (request === null) return null;
  const duration = request.durationMs === null ? '' : person.duration(request.durationMs.toFixed(0));
  return (
    <>
      {' · '}
      <Link to={{ search: exchangeSearch(request.id) }}>
        {person.through(request.method, request.status, duration)}
      </Link>
    </>
  );
}
