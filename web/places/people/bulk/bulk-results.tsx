import { useState } from 'react';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useWords } from '../../../words/words.tsx';
import type { BulkResult } from './bulk-work.ts';
import styles from './bulk.module.css';

/** The number of results that are added to the list at a time. */
const SHOWN_AT_ONCE = 200;
const outcomes = { changed: 'accepted', unchanged: 'unchanged', refused: 'refused' } as const;

/** The result of each person: first those who were refused, then those who stayed as they were. */
export function Results({ results, left = 0 }: { readonly results: readonly BulkResult[]; readonly left?: number }) {
  const { people } = useWords();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const of = (wanted: BulkResult['outcome']) => results.filter(({ outcome }) => outcome === wanted);
  const [refused, unchanged, changed] = [of('refused'), of('unchanged'), of('changed')];
  const all = [...refused, ...unchanged, ...changed];
  return (
    <>
      <p role="status">
        {people.finished(changed.length, unchanged.length, refused.length)}
        {left > 0 && ` ${people.stopped(left)}`}
      </p>
      {/* The list scrolls, and has to be reached by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={styles['results']} aria-label={people.result} tabIndex={0}>
        {all.slice(0, shown).map(({ id, name, outcome, reason }) => (
          <li key={id === '' ? name : id}>
            <OutcomeMark outcome={outcomes[outcome]} /> {name}{' '}
            <span className="dim">{reason ?? (outcome === 'unchanged' ? people.exempt.unchanged : '')}</span>
          </li>
        ))}
      </ul>
      {all.length > shown && (
        <div className="row">
          <button type="button" className="button" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
            {people.moreResults}
          </button>
          <span className="dim">{people.shownResults(shown, all.length)}</span>
        </div>
      )}
    </>
  );
}
