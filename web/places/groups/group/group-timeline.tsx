import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords, type Words } from '../../../words/words.tsx';
import styles from '../groups.module.css';

type Event = Schemas['event'];
type Change = NonNullable<Event['changes']>[number];

const PAGE_SIZE = 30;

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
      <header>
        <h2 id="timeline">{group.timeline}</h2>
      </header>
      {events.isPending && <Progress />}
      {events.error !== null && <ErrorNotice error={events.error} retry={() => void events.refetch()} />}
      {events.isSuccess && entries.length === 0 && <p className="body dim">{group.noEntries}</p>}
      <ol className={styles['timeline']} aria-label={group.timeline} aria-live="polite" aria-relevant="additions">
        {entries.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
      {events.hasNextPage && (
        <p className="body">
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

function Entry({ event }: { readonly event: Event }) {
  const words = useWords();
  const isRefused = event.success === false;
  return (
    <li>
      <OutcomeMark outcome={isRefused ? 'refused' : event.event_type === 'group_delete' ? 'deleted' : 'accepted'} />{' '}
      {event.words ?? event.event_type}
      {(event.changes ?? []).map((change) => (
        <div key={change.field} className="dim">
          {changeWords(change, words)}
        </div>
      ))}
      <small>
        {event.timestamp !== undefined && <Time at={event.timestamp} />}
        <RequestLink id={event.request?.id} />
      </small>
    </li>
  );
}

/** Members are ids: the change says how many there are. */
function changeWords({ field, from, to }: Change, { group }: Words): string {
  if (field === 'members') {
    const [added, removed] = [lengthOf(to), lengthOf(from)];
    return [
      ...(added > 0 ? [group.membersAdded(added)] : []),
      ...(removed > 0 ? [group.membersRemoved(removed)] : []),
    ].join(', ');
  }
  return `${field}: ${valueText(from, group.none)} → ${valueText(to, group.none)}`;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function valueText(value: unknown, none: string): string {
  if (value === null || value === undefined) return none;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Opens the request behind an event in the drawer of this page. */
function RequestLink({ id }: { readonly id: string | undefined }) {
  const { group } = useWords();
  const may = useMay();
  const [parameters] = useSearchParams();
  if (id === undefined || !may('requests.read')) return null;
  const next = new URLSearchParams(parameters);
  next.set('exchange', id);
  return (
    <>
      {' · '}
      <Link to={{ search: `?${next.toString()}` }}>{group.request}</Link>
    </>
  );
}
