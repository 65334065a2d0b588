import { useState } from 'react';
import { Link } from 'react-router';
import { useLiveRefresh } from '../../data/live.ts';
import { queryText } from '../../data/query-text.ts';
import { useMay } from '../../data/session.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { useWords } from '../../words/words.tsx';
import { AddSourceDialog } from './add-source-dialog.tsx';
import { clockTime, durationText } from './heartbeat.ts';
import { HeartbeatChip } from './heartbeat-chip.tsx';
import { useActivity, useSources, type Activity, type Source } from '../../data/sources.ts';
import { ACTIVITY_INTERVAL_MS, useProduct, useSourcesChanged } from './queries.ts';
import styles from './sources.module.css';

/** What arrives within this time is counted together. */
const REFRESH_MS = 1_000;

/** All sources, each with its heartbeat and what it owns. */
export function SourcesPage() {
  const words = useWords();
  const may = useMay();
  const [isAdding, setAdding] = useState(false);
  const list = useSources();
  const activity = useActivity(ACTIVITY_INTERVAL_MS);
  const changed = useSourcesChanged();
  useLiveRefresh(() => void changed(), REFRESH_MS);
  usePageTitle(words.sources.title);
  const rows = list.data ?? [];
  return (
    <>
      <PageHead
        title={words.sources.title}
        below={list.data === undefined ? '' : words.sources.below(rows.length)}
        actions={
          <>
            {rows.length > 1 && (
              <Link className="button" to="/sources/requests">
                {words.sources.log.allTitle}
              </Link>
            )}
            {may('integrations.write') && (
              <button type="button" className="button" data-kind="primary" onClick={() => setAdding(true)}>
                {words.sources.add}
              </button>
            )}
          </>
        }
      />
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {activity.error !== null && <ErrorNotice error={activity.error} retry={() => void activity.refetch()} />}
      {list.data !== undefined && rows.length === 0 && (
        <section className="sheet">
          <div className="body">
            <h2>{words.sources.empty}</h2>
            <p className="dim">{words.sources.emptyHelp}</p>
          </div>
        </section>
      )}
      {rows.length > 0 && (
        <ul className={styles['cards']}>
          {rows.map((source) => (
            <SourceCard
              key={source.id}
              source={source}
              activity={activity.data?.results.find(({ id }) => id === source.id)}
              since={activity.data?.since}
            />
          ))}
        </ul>
      )}
      {activity.data !== undefined && rows.length > 0 && (
        <p className="dimmer small">
          {words.sources.countedAt(clockTime(activity.data.countedAt, words.locale, true))}
        </p>
      )}
      {isAdding && <AddSourceDialog close={() => setAdding(false)} />}
    </>
  );
}

interface CardProps {
  readonly source: Source;
  readonly activity: Activity | undefined;
  /** The start of the time in which requests are counted. */
  readonly since: string | undefined;
}

function SourceCard({ source, activity, since = '' }: CardProps) {
  const words = useWords();
  return (
    <li className={`sheet ${styles['card'] ?? ''}`}>
      <h2>
        <Link to={`/sources/${source.id}`}>{source.name}</Link>
      </h2>
      <div className={styles['facts']}>
        <p className={styles['beat']}>
          <HeartbeatChip source={activity ?? source} />
          {activity?.usualIntervalMinutes != null && (
            <span className="dim">{words.sources.every(durationText(activity.usualIntervalMinutes, words))}</span>
          )}
        </p>
        <Flag source={source} />
        {activity === undefined ? (
          <p className={styles['placeholder']} />
        ) : (
          <Day source={source} activity={activity} since={since} />
        )}
      </div>
      {activity !== undefined && (
        <p className={styles['owns']}>
          <Link to={`/people?source=${source.id}`}>{words.sources.people(activity.people)}</Link>
          {' · '}
          <Link to={`/groups?source=${source.id}`}>{words.sources.groups(activity.groups)}</Link>
        </p>
      )}
    </li>
  );
}

function Flag({ source }: { readonly source: Source }) {
  const { sources } = useWords();
  const product = useProduct(source, source.lastRequestFlagged === false);
  if (source.lastRequestFlagged === null) return null;
  if (source.lastRequestFlagged) return <p className="dim">{sources.withFlag}</p>;
  // Only Entra ID knows the flag.
  if (product !== 'entra') return null;
  return (
    <p className="row">
      <span className="tone-warn">
        <span aria-hidden="true">◷</span> {sources.withoutFlag}
      </span>
      <CopyButton value={source.tenantUrl} label={sources.addFlag} />
    </p>
  );
}

interface DayProps {
  readonly source: Source;
  readonly activity: Activity;
  readonly since: string;
}

/** What a source did in the last 24 hours. Each number opens the list that it counts. */
function Day({ source, activity, since }: DayProps) {
  const words = useWords();
  const requests = (values: Readonly<Record<string, string>> = {}) =>
    `/sources/${source.id}/requests?${queryText({ ...values, from: since })}`;
  const { connectionTests, lastConnectionTestAt, lastRefusal } = activity;
  return (
    <p className="dim">
      {words.sources.column.checked}
      {words.marks.colon}
      <Link to={requests()}>{words.sources.requests(activity.requests)}</Link>
      {activity.refused > 0 && (
        <>
          {words.marks.comma}
          <Link to={requests({ outcome: 'refused,failed' })}>{words.sources.refused(activity.refused)}</Link>
        </>
      )}
      {lastConnectionTestAt !== null && (
        <>
          {words.marks.semicolon}
          <Link to={requests({ kind: 'connectionTest' })}>
            {words.sources.checks(connectionTests, clockTime(lastConnectionTestAt, words.locale))}
          </Link>
        </>
      )}
      {lastRefusal !== null && (
        <>
          {words.marks.semicolon}
          <Link to={requests({ outcome: 'refused,failed', reason: lastRefusal.reason })}>
            {words.sources.lastRefusal(lastRefusal.title)}
          </Link>
        </>
      )}
    </p>
  );
}
