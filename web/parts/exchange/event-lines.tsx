import { Link } from 'react-router';
import type { Schemas } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { OutcomeMark } from '../outcome.tsx';
import styles from './exchange.module.css';

/** Events in words, each with a link to it. */
export function EventLines({ events }: { readonly events: readonly Schemas['event'][] }) {
  const isLinked = useMay()('events.read');
  return (
    <ul className={styles['events']}>
      {events.map((event) => {
        const text = event.words ?? event.event_type ?? event.id;
        return (
          <li key={event.id}>
            <OutcomeMark outcome={event.success === false ? 'refused' : 'accepted'} />
            {isLinked ? <Link to={`/events?event=${event.id}`}>{text}</Link> : <span>{text}</span>}
          </li>
        );
      })}
    </ul>
  );
}
