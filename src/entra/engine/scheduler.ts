import { inTransaction } from '#database/database.ts';
import { listDueJobs, lockJob, updateJob } from '../application/job-store.ts';
import { deleteLogsBefore } from '../logs/log-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { CycleStop } from './cycle-stop.ts';
import type { EngineDeps } from './engine-deps.ts';
import { CycleRunningError, runJob } from './run-job.ts';

/** How often the scheduler checks for due jobs. */
export const SCHEDULE_INTERVAL_MS = 1_000;
/** How long provisioning logs are kept (§3.9). */
export const LOG_RETENTION_MS = 30 * DAY_MS;
/** The maximum number of log entries that are deleted per statement. */
const LOGS_PER_STEP = 1_000;

/** Starts running jobs when they are due, each in one process at a time. Returns a function that stops the jobs within a few seconds. */
export function startScheduler(deps: EngineDeps): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const cycleStop = new CycleStop();
  const { control } = cycleStop;
  const run = async (jobId: string) => {
    try {
      await runJob(deps, jobId, control);
    } catch (error) {
      if (error instanceof CycleRunningError) return;
      deps.log.warn({ err: error, jobId }, 'a provisioning cycle failed');
      await postpone(deps, jobId);
    }
  };
  const startDueJobs = async () => {
    const due = await listDueJobs(deps.database, deps.clock.now());
    for (const { id } of due) {
      if (control.isStopping() || running.has(id)) continue;
      running.set(
        id,
        run(id)
          .catch((error: unknown) =>
            deps.log.warn({ err: error, jobId: id }, 'a provisioning job could not be postponed'),
          )
          .finally(() => running.delete(id)),
      );
    }
  };
  let checking = Promise.resolve();
  const timer = setInterval(() => {
    checking = checking.then(startDueJobs).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'the due provisioning jobs could not be read');
    });
  }, SCHEDULE_INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await cycleStop.stop(checking.then(async () => await Promise.all(running.values())));
  };
}

/** Logs a warning if jobs are due but do not run because the Entra ID stand-in is off. */
export async function reportDueJobs(
  { database, clock, log }: Pick<EngineDeps, 'database' | 'clock' | 'log'>,
  offText: string,
): Promise<void> {
  try {
    const { length: jobs } = await listDueJobs(database, clock.now());
    if (jobs > 0) log.warn({ jobs }, `provisioning jobs are due but do not run. ${offText}`);
  } catch (error) {
    log.warn({ err: error }, 'the due provisioning jobs could not be read');
  }
}

/** Postpones the next run of a job by its interval after an unexpected error, so that the job is not retried every second. */
async function postpone({ database, clock }: EngineDeps, jobId: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const job = await lockJob(transaction, jobId);
    if (job?.scheduleState !== 'Active') return;
    await updateJob(transaction, jobId, { nextRunAt: new Date(clock.now().getTime() + job.intervalMs) });
  });
}

/** Deletes log entries that are older than LOG_RETENTION_MS, until `isStopping` returns true. */
export async function trimLogs(
  { database, clock }: Pick<EngineDeps, 'database' | 'clock'>,
  isStopping = () => false,
): Promise<void> {
  const before = new Date(clock.now().getTime() - LOG_RETENTION_MS);
  while (!isStopping() && (await deleteLogsBefore(database, before, LOGS_PER_STEP)) > 0);
}
