import { Link } from 'react-router';
import type { paths } from '../../contracts/api.ts';
import { useWords } from '../../words/words.tsx';
import { useEventsView, viewDefaults } from './event-filter.ts';
import styles from './events.module.css';
import { useFilterTexts } from './use-filter-texts.ts';

type Empty = paths['/api/events']['get']['responses'][200]['content']['application/json']['empty'];

/** Says what was searched and what it means that nothing was found. */
export function EmptyEvents({ empty }: { readonly empty: Empty }) {
  const words = useWords();
  const { events, marks } = words;
  const [, setView] = useEventsView();
  const filters = useFilterTexts();
  return (
    <div className={styles['empty']} role="status">
      <h2>{events.none}</h2>
      {filters.length > 0 && (
        <p className="dim">{events.noneIn(marks.names(filters.map(({ label, value }) => `${label} ${value}`)))}</p>
      )}
      {empty?.meaning.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {empty !== undefined && empty.searched.names.length > 0 && (
        <p className="dim small">
          {events.searched(empty.searched.names.join(marks.semicolon), empty.searched.retentionDays)}
        </p>
      )}
      {empty !== undefined && empty.similar.length > 0 && (
        <p>
          {events.similar}
          {marks.colon}
          {empty.similar.map((name, index) => (
            <span key={name}>
              {index > 0 && marks.comma}
              <Link to={`?target=${encodeURIComponent(name)}`}>{name}</Link>
            </span>
          ))}
        </p>
      )}
      {filters.length > 0 && (
        <button type="button" className="button" onClick={() => setView(viewDefaults)}>
          {words.filters.clear}
        </button>
      )}
    </div>
  );
}
