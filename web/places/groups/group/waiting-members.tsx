import { Link } from 'react-router';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import styles from '../groups.module.css';
import type { GroupDetails } from '../use-groups.ts';

/** The members that a source sent, but that are not in the directory. */
export function WaitingMembers({ group }: { readonly group: GroupDetails }) {
  const words = useWords();
  const { awaited } = group.members;
  return (
    <section className="sheet" aria-labelledby="waiting">
      <header>
        <h2 id="waiting">
          <span className="tone-warn" aria-hidden="true">
            ◷
          </span>{' '}
          {words.group.waiting}
        </h2>
      </header>
      <div className="body stack">
        <p className="dim">{words.group.waitingHelp(awaited)}</p>
        <ul className={styles['waiting']}>
          {group.awaited.map(({ value, since }) => (
            <li key={value}>
              <Link to={`/people/${encodeURIComponent(value)}`} aria-label={words.group.whyWaiting(value)}>
                <code>{value}</code>
              </Link>
              <span className="dim small">
                {words.group.waitingSince} <Time at={since} />
              </span>
            </li>
          ))}
        </ul>
        {group.awaited.length < awaited && (
          <p className="dim small">{words.group.firstOf(group.awaited.length, awaited)}</p>
        )}
      </div>
    </section>
  );
}
