import { inTransaction } from '#database/database.ts';
import { listDueJobs, lockJob, updateJob } from '../application/job-store.ts';
import { deleteLogsBefore } from '../logs/log-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { CycleStop } from './cycle-stop.ts';
import type { EngineDeps } from './engine-deps.ts';
import { CycleRunningError, runJob } from './run-job.ts';

/** How often jobs that are due are looked for. */
export const SCHEDULE_INTERVAL_MS = 1_000;
/** How long provisioning logs are kept (§3.9). */
export const LOG_RETENTION_MS = 30 * DAY_MS;
/** Log entries that are removed at a time. */
const LOGS_PER_STEP = 1_000;

/** Runs jobs when they are due, each in one process at a time. Returns what stops it, within a few seconds. */
export function startScheduler(deps: EngineDeps): () => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const ending = new CycleStop();
  const { control } = ending;
  const run = async (jobId: string) => {
    try {
      await runJob(deps, jobId, control);
    } catch (error) {
      if (error instanceof CycleRunningError) return;
      deps.log.warn({ err: error, jobId }, 'a provisioning cycle failed');
      await postpone(deps, jobId);
    }
  };
  const look = async () => {
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
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'due provisioning jobs could not be looked for');
    });
  }, SCHEDULE_INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    await ending.stop(looking.then(async () => await Promise.all(running.values())));
  };
}

/** Logs that jobs are due which no scheduler runs, where the stand-in is off. */
export async function reportDueJobs(
  { database, clock, log }: Pick<EngineDeps, 'database' | 'clock' | 'log'>,
  offText: string,
): Promise<void> {
  try {
    const { length: jobs } = await listDueJobs(database, clock.now());
    if (jobs > 0) log.warn({ jobs }, `provisioning jobs are due and do not run. ${offText}`);
  } catch (error) {
    log.warn({ err: error }, 'due provisioning jobs could not be looked for');
  }
}

/** What nobody foresaw is tried again when another cycle would be due, and not every second. */
async function postpone({ database, clock }: EngineDeps, jobId: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const job = await lockJob(transaction, jobId);
    if (job?.scheduleState !== 'Active') return;
    await updateJob(transaction, jobId, { nextRunAt: new Date(clock.now().getTime() + job.intervalMs) });
  });
}

/** Removes provisioning logs whose time is over. */
export async function trimLogs(
  { database, clock }: Pick<EngineDeps, 'database' | 'clock'>,
  isStopping = () => false,
): Promise<void> {
  const before = new Date(clock.now().getTime() - LOG_RETENTION_MS);
  while (!isStopping() && (await deleteLogsBefore(database, before, LOGS_PER_STEP)) > 0);
}
