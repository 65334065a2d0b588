import type { LiveState } from '../../data/live.ts';
import { useWords } from '../../words/words.tsx';
import styles from './events.module.css';
import type { EventItem } from './use-events.ts';

interface Props {
  readonly fresh: readonly EventItem[];
  readonly isPaused: boolean;
  readonly isLive: boolean;
  readonly state: LiveState;
  readonly show: () => void;
}

/** The line above the list, which always has its place: whether the list is live, and how many new events wait. */
export function LiveLine({ fresh, isPaused, isLive, state, show }: Props) {
  const { events } = useWords();
  if (!isLive) return null;
  const calm = isPaused ? events.paused : events.live;
  return (
    <header className={styles['live']}>
      <span className="dim small">{state === 'lost' ? events.lost : calm}</span>
      <span aria-live="polite">
        {fresh.length > 0 && (
          <button type="button" className="button" data-kind="quiet" onClick={show}>
            {events.fresh(fresh.length)}
          </button>
        )}
      </span>
    </header>
  );
}
