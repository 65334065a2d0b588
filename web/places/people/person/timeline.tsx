import { Link } from 'react-router';
import { attributePartsOf } from '#audit/attribute-words.ts';
import { Advice } from '../../../parts/advice.tsx';
import { Time } from '../../../parts/time.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import styles from '../../../parts/timeline.module.css';
import { changeLabel } from './fact-list.ts';
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
  if (/_(?:delete|purge)$/.test(type)) return 'deleted';
  return type === 'request_unchanged' ? 'same' : 'good';
}

function EntryRow({ entry }: { readonly entry: Entry }) {
  const { person, marks, changes } = useWords();
  const { refusal, ignored } = entry;
  const notes = [
    entry.actor?.name ?? '',
    ...(refusal?.repeated ? [person.repeated(refusal.repeated.count)] : []),
    ...(ignored.length > 0
      ? [person.ignored(marks.names(ignored.map(({ path }) => changes.attribute(attributePartsOf(path)))))]
      : []),
  ];
  return (
    <li>
      <span className={styles['at']}>
        <Time at={entry.time} />
      </span>
      <span className={styles['rail']} aria-hidden="true">
        <i data-tone={toneOf(entry)} />
      </span>
      <div className={styles['what']}>
        <What entry={entry} />
        <small>
          {notes.filter((part) => part !== '').join(' · ')}
          <RequestLink request={entry.request} />
        </small>
      </div>
    </li>
  );
}

/** What happened: why it was refused, the group, the values before and after, or else the sentence. */
function What({ entry: { type, changes, refusal, group, words: sentence } }: { readonly entry: Entry }) {
  const { person } = useWords();
  if (refusal !== null)
    return (
      <p>
        <Advice text={person.refused(refusal.text)} />
      </p>
    );
  if (group !== null) {
    return (
      <p>
        <Link to={`/groups/${group.id}`} className={styles['name']}>
          {sentence}
        </Link>
      </p>
    );
  }
  if (changes.length === 0) return <p>{sentence}</p>;
  // A user who is created or deleted changes in every attribute.
  if (!/_(?:create|delete|purge)$/.test(type)) return <Changes changes={changes} />;
  return (
    <>
      <p>{sentence}</p>
      <details>
        <summary className="small">{person.withFacts(changes.length)}</summary>
        <Changes changes={changes} />
      </details>
    </>
  );
}

function Changes({ changes }: Pick<Entry, 'changes'>) {
  const words = useWords();
  return (
    <ul>
      {changes.map((change) => (
        <li key={change.field}>
          {changeLabel(change, words)}
          {words.marks.colon}
          {change.from !== null && <del>{change.from}</del>} {change.from !== null && change.to !== null && '→ '}
          {change.to === null ? <span className="dimmer">{words.person.none}</span> : <b>{change.to}</b>}
        </li>
      ))}
    </ul>
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
