import { Link } from 'react-router';
import { Advice } from '../../../parts/advice.tsx';
import { ChangedRules, useChangedRules } from '../../../parts/changed-rules.tsx';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import type { LoggedRequest } from '../queries.ts';
import { Paths } from './paths.tsx';
import type { SetupProps } from './setup-state.ts';
import styles from './setup.module.css';

/** The first person, seen arriving. */
export function PersonStep({ state, product, isNow }: SetupProps & { readonly isNow: boolean }) {
  const { setup } = useWords().sources;
  const { firstPerson, refusedPerson } = state;
  const shown = [refusedPerson, firstPerson].filter((request) => request !== undefined);
  return (
    <>
      <Paths paths={setup.of[product].demand.paths} />
      {shown.length === 0 && isNow && (
        <p className="dim">
          <OutcomeMark outcome="waiting" /> {setup.listeningPerson}
        </p>
      )}
      <ul className={styles['tests']} aria-live="polite">
        {shown.map((request) => (
          <Person key={request.id} request={request} />
        ))}
      </ul>
    </>
  );
}

function Person({ request }: { readonly request: LoggedRequest }) {
  const words = useWords();
  const { setup } = words.sources;
  const exchangeSearch = useExchangeSearch();
  const isRefused = request.outcome === 'refused' || request.outcome === 'failed';
  const person = request.targetId ?? request.name;
  const changed = useChangedRules(isRefused ? request.reasonText : null, request.source?.id);
  return (
    <li>
      <time dateTime={request.time} className="mono dim">
        {clockTime(request.time, words.locale, true)}
      </time>
      <OutcomeMark outcome={request.outcome} />
      <span>
        <Link to={{ search: exchangeSearch(request.id) }}>{request.sentence}</Link>
        {isRefused && (
          <span className="dim">
            {' '}
            {changed === undefined ? <Advice text={request.reasonText} /> : <ChangedRules fixes={changed} people={1} />}
          </span>
        )}
      </span>
      {person !== null && (
        <Link to={`/people/${encodeURIComponent(person)}`}>
          {isRefused ? setup.why : setup.open(request.name ?? person)}
        </Link>
      )}
    </li>
  );
}
