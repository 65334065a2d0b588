import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { languageOf } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Time } from '../../../parts/time.tsx';
import { useWords } from '../../../words/words.tsx';
import type { ApplicationTabProps } from '../application-page.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import styles from '../rehearsal.module.css';
import { useChange } from '../use-change.ts';
import { CycleNow, LastCycle } from './cycle-figures.tsx';
import { intervalText } from './interval.ts';
import { QuarantineNotice } from './quarantine-notice.tsx';
import { RestartDialog } from './restart-dialog.tsx';

const ESCROWS_SHOWN = 50;

/** Provisioning: on or off, the current cycle, the last one, what waits for another attempt, and a quarantine with its way out. */
export function StatusTab(props: ApplicationTabProps) {
  const { tenant, application, job } = props;
  const { status: words } = useWords().rehearsal;
  const isConfigured = job.status.code !== 'NotConfigured';
  return (
    <div className="stack">
      {!isConfigured && (
        <section className="sheet">
          <div className="body">
            <h2>{words.notConfigured}</h2>
            <p>{words.notConfiguredHelp}</p>
            <Link className="button" to={`/rehearsal/${tenant.id}/applications/${application.id}/credentials`}>
              {words.toCredentials}
            </Link>
          </div>
        </section>
      )}
      <QuarantineNotice {...props} />
      {isConfigured && <Controls {...props} />}
      <CycleNow job={job} />
      <LastCycle job={job} />
      <Escrows {...props} />
      <Details {...props} />
    </div>
  );
}

function Controls({ tenant, application, job }: ApplicationTabProps) {
  const { status: words, credentials } = useWords().rehearsal;
  const mayWrite = useMay()('entra.write');
  const [isRestarting, setRestarting] = useState(false);
  const client = graph(tenant.id).job(application.id, job.id);
  const turn = useChange(async (isOn: boolean) => await (isOn ? client.start() : client.pause()));
  const run = useChange(async () => await client.runCycle());
  const isOn = job.schedule.state === 'Active';
  const error = turn.error ?? run.error;
  return (
    <section className="sheet" aria-label={words.status}>
      <header>
        <h2>{words.status}</h2>
        <span>{isOn ? words.on : words.off}</span>
        {isOn && job.nextRun !== null && job.cycle === null && (
          <span className="dim push">
            {words.next} <Time at={job.nextRun} />
          </span>
        )}
      </header>
      <div className="body">
        <p>{isOn ? words.onHelp : words.offHelp}</p>
        {mayWrite ? (
          <div className="row">
            <button
              type="button"
              className="button"
              data-kind={isOn ? undefined : 'primary'}
              disabled={turn.isPending}
              onClick={() => turn.mutate(!isOn)}
            >
              {isOn ? words.pause : words.start}
            </button>
            {/* In quarantine, the notice above has it. */}
            {job.status.quarantine === null && (
              <button type="button" className="button" onClick={() => setRestarting(true)}>
                {words.restart}
              </button>
            )}
            <button
              type="button"
              className="button"
              disabled={run.isPending || job.cycle !== null}
              onClick={() => run.mutate()}
            >
              {words.run}
            </button>
          </div>
        ) : (
          <p className="dim">{credentials.readOnly}</p>
        )}
        {error !== null && (
          <p role="alert" className="tone-bad" lang={languageOf(error)}>
            {error.message}
          </p>
        )}
      </div>
      {isRestarting && (
        <RestartDialog tenant={tenant} application={application} job={job} close={() => setRestarting(false)} />
      )}
    </section>
  );
}

/** The objects that failed, and when each is tried again. */
function Escrows({ tenant, application, job }: ApplicationTabProps) {
  const { status: words } = useWords().rehearsal;
  const { data, error, refetch } = useQuery({
    queryKey: [REHEARSAL, tenant.id, 'escrows', job.id],
    queryFn: async ({ signal }) => await graph(tenant.id, signal).job(application.id, job.id).escrows(ESCROWS_SHOWN),
  });
  if (data === undefined) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const total = data?.['@odata.count'] ?? 0;
  if (data === undefined || total === 0) return null;
  return (
    <section className={`sheet ${styles['list'] ?? ''}`} aria-label={words.escrows}>
      <header>
        <h2>{words.escrows}</h2>
        <span className="dim">{words.escrowCount(data.value.length, total)}</span>
        <Link className="push" to={`/rehearsal/${tenant.id}/applications/${application.id}/logs?status=failure`}>
          {words.toLogs}
        </Link>
      </header>
      <table aria-label={words.escrows}>
        <thead>
          <tr>
            <th scope="col">{words.column.object}</th>
            <th scope="col">{words.column.reason}</th>
            <th scope="col" className="number">
              {words.column.attempts}
            </th>
            <th scope="col">{words.column.next}</th>
          </tr>
        </thead>
        <tbody>
          {data.value.map(({ objectId, objectTypeName, stage, errorCode, reason, attempts, nextDateTime }) => (
            <tr key={`${objectId} ${stage}`}>
              <td>
                <Link
                  to={`/rehearsal/${tenant.id}/${objectTypeName === 'User' ? `people?user=${objectId}` : `groups?group=${objectId}`}`}
                >
                  {words.object[objectTypeName]} <code>{objectId.slice(0, 8)}</code>
                </Link>
              </td>
              <td>
                <code>{errorCode}</code>
                <div className="dim small">{reason}</div>
              </td>
              <td className="number">{attempts}</td>
              <td>
                <Time at={nextDateTime} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the portal shows as "View provisioning details". */
function Details({ application, job }: ApplicationTabProps) {
  const { rehearsal, locale } = useWords();
  const words = rehearsal.status;
  const { synchronizedEntryCountByType: linked, lastExecution } = job.status;
  return (
    <details className="sheet">
      <summary className={styles['summary']}>{words.details}</summary>
      <dl className={styles['facts']}>
        <dt>{words.jobId}</dt>
        <dd>
          <code>{job.id}</code>
        </dd>
        <dt>{words.objectId}</dt>
        <dd>
          <code>{application.id}</code>
        </dd>
        <dt>{words.interval}</dt>
        <dd>{intervalText(job.schedule.interval, locale)}</dd>
        {lastExecution !== null && (
          <>
            <dt>{words.activityId}</dt>
            <dd>
              <code>{lastExecution.activityIdentifier}</code>
            </dd>
          </>
        )}
        {linked.map(({ key, value }) => (
          <div key={key}>
            <dt>{key.startsWith('User') ? words.linkedUsers : words.linkedGroups}</dt>
            <dd>{words.number(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
