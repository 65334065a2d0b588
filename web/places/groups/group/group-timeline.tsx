import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { attributePartsOf } from '#audit/attribute-words.ts';
import { api, read } from '../../../data/client.ts';
import { queryText } from '../../../data/query-text.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import styles from '../../../parts/timeline.module.css';
import { foldEvents, type Line } from './fold-events.ts';

const PAGE_SIZE = 50;

/** What happened to a group, newest first, in words. */
export function GroupTimeline({ id }: { readonly id: string }) {
  const { group } = useWords();
  const events = useInfiniteQuery({
    queryKey: ['group-events', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { target: id, limit: PAGE_SIZE, ...(pageParam !== undefined && { cursor: pageParam }) };
      return read(api.GET('/api/events', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const entries = events.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <section className="sheet" aria-labelledby="timeline">
      <h2 id="timeline" className="hidden">
        {group.timeline}
      </h2>
      {events.isPending && <Progress />}
      {events.error !== null && <ErrorNotice error={events.error} retry={() => void events.refetch()} />}
      {events.isSuccess && entries.length === 0 && <p className="body dim">{group.noEntries}</p>}
      <ol className={styles['timeline']} aria-label={group.timeline} aria-live="polite" aria-relevant="additions">
        {foldEvents(entries).map((line) => (
          <Entry key={line.event.id} groupId={id} line={line} />
        ))}
      </ol>
      {events.hasNextPage && (
        <p className={styles['earlier']}>
          <button
            type="button"
            className="button"
            disabled={events.isFetchingNextPage}
            onClick={() => void events.fetchNextPage()}
          >
            {group.earlier}
          </button>
        </p>
      )}
    </section>
  );
}

function Entry({ groupId, line }: { readonly groupId: string; readonly line: Line }) {
  const { event, events, added, removed, changes } = line;
  const { group, groups, marks, changes: inWords } = useWords();
  const members = [
    ...(added > 0 ? [group.membersAdded(added)] : []),
    ...(removed > 0 ? [group.membersRemoved(removed)] : []),
  ];
  const tone = event.success === false ? 'bad' : event.event_type === 'group_delete' ? 'deleted' : 'good';
  return (
    <li>
      <span className={styles['at']}>{event.timestamp !== undefined && <Time at={event.timestamp} />}</span>
      <span className={styles['rail']} aria-hidden="true">
        <i data-tone={tone} />
      </span>
      <div className={styles['what']}>
        <p>{event.words ?? event.event_type}</p>
        {members.length > 0 && (
          <p>
            <Link to={eventsOf(groupId, line)}>{members.join(marks.comma)}</Link>
          </p>
        )}
        {changes.map(({ field, from, to }) => (
          <p key={field}>
            {field === 'displayName' ? groups.name : inWords.attribute(attributePartsOf(field))}
            {marks.colon}
            {from != null && <del>{valueText(from, group.none)}</del>} {from != null && '→ '}
            <b>{valueText(to, group.none)}</b>
          </p>
        ))}
        <small>
          {events > 1 ? (
            <Link to={eventsOf(groupId, line)}>{group.requests(events)}</Link>
          ) : (
            <RequestLink id={event.request?.id} />
          )}
        </small>
      </div>
    </li>
  );
}

/** Returns the address of the events of a line. */
function eventsOf(target: string, { event, events, from }: Line): string {
  const { id, timestamp = '', event_type: type } = event;
  // The end of a period is exclusive.
  const to = new Date(Date.parse(timestamp) + 1).toISOString();
  return `/events?${queryText(events === 1 ? { target, event: id } : { target, type, from, to })}`;
}

function valueText(value: unknown, none: string): string {
  if (value === null || value === undefined) return none;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Opens the request behind an event in the drawer of this page. */
function RequestLink({ id }: { readonly id: string | undefined }) {
  const { group } = useWords();
  const may = useMay();
  const exchangeSearch = useExchangeSearch();
  if (id === undefined || !may('requests.read')) return null;
  return <Link to={{ search: exchangeSearch(id) }}>{group.request}</Link>;
}
