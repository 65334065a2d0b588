import { Link } from 'react-router';
import { useWords } from '../../words/words.tsx';
import { isFiltered, type FixedFilters, type PeopleView } from './people-filter.ts';
import styles from './people-list.module.css';

interface Props {
  readonly view: PeopleView;
  readonly fixed: FixedFilters;
  readonly isRefused: boolean;
  readonly clear: () => void;
  readonly showPresent: () => void;
}

/** Says why the list is empty, and what to do about it. */
export function Nobody({ view, fixed, isRefused, clear, showPresent }: Props) {
  const { people } = useWords();
  const filtered = isFiltered(view, fixed);
  return (
    <section className={`sheet ${styles['nobody'] ?? ''}`} role="status">
      <div className="body">
        {view.search !== '' ? (
          <>
            <h2>{people.noMatch(view.search)}</h2>
            <div className="row">
              <Link className="button" data-kind="primary" to={`/people/${encodeURIComponent(view.search)}`}>
                {people.whyMissing}
              </Link>
              {filtered && <ClearButton clear={clear} />}
            </div>
          </>
        ) : filtered ? (
          <>
            <h2>{people.noneFiltered}</h2>
            <ClearButton clear={clear} />
          </>
        ) : isRefused ? (
          <>
            <h2>{people.noRefused}</h2>
            <p className="dim">{people.noRefusedHelp}</p>
            <button type="button" className="button" onClick={showPresent}>
              {people.showHere}
            </button>
          </>
        ) : (
          <>
            <h2>{people.empty}</h2>
            <p className="dim">{people.emptyHelp}</p>
            <Link className="button" data-kind="primary" to="/sources">
              {people.emptyAction}
            </Link>
          </>
        )}
      </div>
    </section>
  );
}

function ClearButton({ clear }: { readonly clear: () => void }) {
  const { filters } = useWords();
  return (
    <button type="button" className="button" onClick={clear}>
      {filters.clear}
    </button>
  );
}
