import { Link } from 'react-router';
import { useActivity, type Activity } from '../../data/sources.ts';
import { queryText } from '../../data/query-text.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';
import styles from './home.module.css';

const REFRESH_MS = 60_000;

/** Each source with its heartbeat and what it owns. */
export function SourcesAtAGlance() {
  const { home } = useWords();
  const { data, error, refetch } = useActivity(REFRESH_MS);
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  return (
    <section className="sheet" aria-label={home.sources}>
      <header>
        <h2>{home.sources}</h2>
      </header>
      {data?.results.length === 0 ? (
        <p className="body">
          {home.noSources} <Link to="/sources">{home.connect}</Link>
        </p>
      ) : (
        <table className={styles['sources']}>
          <thead className="hidden">
            <tr>
              {[home.source, home.lastRequest, home.rhythm, home.today, home.owns].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data?.results.map((source) => (
              <Source key={source.id} source={source} since={data.since} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface SourceProps {
  readonly source: Activity;
  /** The start of the time in which requests are counted. */
  readonly since: string;
}

function Source({ source, since }: SourceProps) {
  const { home, marks } = useWords();
  const { id, name, people, groups, usualIntervalMinutes: usual, lastRequestFlagged: isFlagged } = source;
  const rhythm = [
    ...(usual === null ? [] : [home.every(home.minutes(usual))]),
    ...(isFlagged === true ? [home.flagged] : []),
  ];
  return (
    <tr>
      <th scope="row">
        <Link to={`/sources/${id}`}>{name}</Link>
      </th>
      <td>
        <Heartbeat source={source} />
      </td>
      <td className="dim">{rhythm.join(marks.comma)}</td>
      <td className="dim">
        <Today source={source} since={since} />
      </td>
      <td className="number">
        <Link to={`/people?source=${id}`}>{home.people(people)}</Link> ·{' '}
        <Link to={`/groups?source=${id}`}>{home.groups(groups)}</Link>
      </td>
    </tr>
  );
}

function Heartbeat({ source: { isSilent, lastRequestAt } }: { readonly source: Activity }) {
  const { home } = useWords();
  if (lastRequestAt === null)
    return (
      <span className="chip">
        <span aria-hidden="true">○</span>
        {home.never}
      </span>
    );
  return (
    <span className="chip" data-tone={isSilent ? 'warn' : 'good'}>
      <span aria-hidden="true">{isSilent ? '◷' : '●'}</span>
      <Time at={lastRequestAt} />
    </span>
  );
}

/** What a source did in the last 24 hours. Each number opens the requests that it counts. */
function Today({ source, since }: SourceProps) {
  const { home, marks } = useWords();
  const { id, connectionTests, refused, lastRefusal } = source;
  const isChecked = connectionTests > 0;
  const last = !isChecked && lastRefusal !== null ? home.lastRefused(lastRefusal.title) : '';
  const requests = (values: Readonly<Record<string, string>>) =>
    `/sources/${id}/requests?${queryText({ ...values, from: since })}`;
  return (
    <>
      {isChecked && <Link to={requests({ kind: 'connectionTest' })}>{home.tests(connectionTests)}</Link>}
      {isChecked && refused > 0 && marks.comma}
      {refused > 0 && <Link to={requests({ outcome: 'refused,failed' })}>{home.refused(refused)}</Link>}
      {last !== '' && `${marks.comma}${last}`}
    </>
  );
}
