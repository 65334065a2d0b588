import { Link } from 'react-router';
import { OutcomeMark } from '../../../parts/outcome.tsx';
import { useExchangeSearch } from '../../../parts/exchange/exchange-search.ts';
import { useWords } from '../../../words/words.tsx';
import { clockTime } from '../heartbeat.ts';
import type { LoggedRequest } from '../queries.ts';
import type { SetupState } from './setup-state.ts';
import styles from './setup.module.css';

/** The first person, seen arriving. */
export function PersonStep({ state, isNow }: { readonly state: SetupState; readonly isNow: boolean }) {
  const { demand } = useWords().sources.setup.steps;
  const { firstPerson, refusedPerson } = state;
  const shown = [refusedPerson, firstPerson].filter((request) => request !== undefined);
  return (
    <>
      <p className="dim">{demand.path}</p>
      <p className="dim small">{demand.noFlag}</p>
      {shown.length === 0 && isNow && (
        <p className="dim">
          <OutcomeMark outcome="waiting" /> {demand.waiting}
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
  const { demand } = words.sources.setup.steps;
  const exchangeSearch = useExchangeSearch();
  const isRefused = request.outcome === 'refused' || request.outcome === 'failed';
  const person = request.targetId ?? request.name;
  return (
    <li>
      <time dateTime={request.time} className="mono dim">
        {clockTime(request.time, words.locale, true)}
      </time>
      <OutcomeMark outcome={request.outcome} />
      <span>
        <Link to={{ search: exchangeSearch(request.id) }}>{request.sentence}</Link>
        {isRefused && <span className="dim"> {request.reasonText}</span>}
      </span>
      {person !== null && (
        <Link to={`/people/${encodeURIComponent(person)}`}>
          {isRefused ? demand.why : demand.open(request.name ?? person)}
        </Link>
      )}
    </li>
  );
}
