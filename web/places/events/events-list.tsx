import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';
import { OutcomeMark } from '../../parts/outcome.tsx';
import { exactTime } from '../../words/times.ts';
import { useWords, type Words } from '../../words/words.tsx';
import { outcomeOf, splitByName } from './event-text.ts';
import styles from './events.module.css';
import { ROW } from './use-event-keys.ts';
import type { EventItem, useEvents } from './use-events.ts';

interface Props {
  readonly events: readonly EventItem[];
  readonly list: ReturnType<typeof useEvents>;
}

/** The events by day. Earlier ones are read when the end of the list comes near. */
export function EventsList({ events, list }: Props) {
  const words = useWords();
  const days = Map.groupBy(events, ({ timestamp }) => new Date(timestamp ?? 0).toDateString());
  return (
    <>
      {[...days].map(([day, ofDay]) => (
        <section key={day} aria-label={dayName(new Date(day), words)}>
          <h2 className={styles['day']}>{dayName(new Date(day), words)}</h2>
          <ol>
            {ofDay.map((event) => (
              <Row key={event.id} event={event} />
            ))}
          </ol>
        </section>
      ))}
      <End list={list} />
    </>
  );
}

function dayName(day: Date, { locale, events }: Words): string {
  const now = new Date();
  if (day.toDateString() === now.toDateString()) return events.today;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day.toDateString() === yesterday.toDateString()) return events.yesterday;
  const year = day.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return day.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

function Row({ event }: { readonly event: EventItem }) {
  const words = useWords();
  const [parameters] = useSearchParams();
  const opened = new URLSearchParams(parameters);
  opened.set('event', event.id);
  const time = new Date(event.timestamp ?? 0);
  const changes = event.changes?.length ?? 0;
  return (
    <li className={styles['row']} aria-current={parameters.get('event') === event.id ? 'true' : undefined}>
      <Link to={`?${opened.toString()}`} className={styles['link']} {...{ [ROW]: '' }}>
        <time className={styles['time']} dateTime={event.timestamp} title={exactTime(time, words.locale)}>
          {time.toLocaleTimeString(words.locale, { timeStyle: 'medium', hourCycle: 'h23' })}
        </time>
        <OutcomeMark outcome={outcomeOf(event)} />
        <span className={styles['words']} title={event.words}>
          {splitByName(event).map(({ text, isName }, index) =>
            isName ? <strong key={index}>{text}</strong> : <span key={index}>{text}</span>,
          )}
        </span>
        <span className={styles['aside']}>{changes > 0 && words.events.changes(changes)}</span>
      </Link>
    </li>
  );
}

function End({ list }: Pick<Props, 'list'>) {
  const { events } = useWords();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null || !hasNextPage || isFetchingNextPage) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) void fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div ref={end} className={styles['end']}>
      {hasNextPage ? (
        <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {events.earlier}
        </button>
      ) : (
        <span className="dimmer small">{events.end}</span>
      )}
    </div>
  );
}
