import { Attempts } from '#accounts/attempts.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import { minimumResponseTime } from '#accounts/minimum-response-time.ts';
import { unlockExpiredLocks } from '#accounts/lockout.ts';
import { maintain } from '#accounts/maintenance.ts';
import { runDueStates } from '#accounts/scheduled-states.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import type { ShutdownStep } from '#base/shutdown-sequence.ts';
import { loadSecretKey } from '#base/secret-box.ts';
import type { Config } from '#base/config.ts';
import type { Log } from '#base/log.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { indexPeople } from '#people-search/index-people.ts';
import { emptyLog } from '#database/erased-text.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { reportDueJobs, startScheduler, trimLogs } from '#entra/engine/scheduler.ts';
import { entraMode, entraOffText } from '#entra/entra-mode.ts';
import type { EntraServices } from '#entra/graph-api/entra-services.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { ManualCycles } from '#entra/graph-api/manual-cycles.ts';
import { serverTargetAccess } from '#entra/target-access.ts';
import { purgeDue } from '#entra/source/source-users.ts';
import { repeat } from '#jobs/repeated-task.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import { TotalsFolder } from '#totals/totals-folder.ts';
import { LiveHub } from '#live/live-hub.ts';
import { startMailer, type Mailer } from '#mail/deliver.ts';
import type { RestServices } from '#rest-api/context.ts';
import { JobQueue } from '#rest-api/job-queue.ts';
import { rowRunners } from '#rest-api/user-import.ts';
import type { HealthResults } from '#health/health.ts';
import { SharedRun } from '#health/shared-run.ts';
import { PreviewLimit } from '#scim-server/evaluation/preview-limit.ts';
import type { Fleet } from '#shards/fleet.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** How often the server looks for scheduled changes of state and for lockouts that have ended. */
const SCHEDULE_MS = 5_000;

export interface PeopleServices {
  readonly services: RestServices;
  readonly entra: EntraServices & { readonly cycles: ManualCycles };
  /** Starts sending emails and running jobs and schedules. */
  readonly start: () => Promise<void>;
  /** Ends the provisioning cycles of the stand-in for Entra ID. Until they have ended, the server must serve their requests. */
  readonly stopCycles: () => Promise<void>;
  /** Returns the steps that end everything else. */
  readonly stop: () => readonly ShutdownStep[];
}

/** Creates the services for accounts: email, sign-in, jobs, scheduled changes and maintenance. */
export function createPeopleServices(
  config: Config,
  log: Log,
  deps: DirectoryDeps & { readonly fleet: Fleet },
  publicUrl: () => string,
): PeopleServices {
  // The key is loaded now and not with the first email, so that the start fails if the key cannot be read or written.
  loadSecretKey(config);
  const { secrets } = deps;
  let mailer: Mailer | undefined;
  const accounts: AccountDeps = {
    database: deps.database,
    clock: deps.clock,
    schemas: deps.schemas,
    passwordCost: deps.passwordCost,
    secrets,
    publicUrl,
    minimumResponseTime,
    isPublicUrlConfigured: config.publicUrl !== undefined,
    wakeMailer: () => mailer?.wake(),
    ...mailHooks(() => accounts),
  };
  const tenants = new TenantRouter({ ...deps, ...mailHooks(() => accounts) }, deps.fleet);
  const jobs = new JobQueue(accounts, tenants, rowRunners, log);
  const databases = deps.fleet.shards.map(({ database }) => database);
  const totals = new TotalsFolder({ databases, subjects: [eventTotals], log });
  const mode = entraMode(config);
  const access = serverTargetAccess(config, tenants);
  const offText = entraOffText(config);
  const entra = { onDemand: new OnDemandLimit(deps.clock), cycles: new ManualCycles(), mode, offText, access };
  const timers: (() => Promise<void>)[] = [];
  const schedulers: (() => Promise<void>)[] = [];
  const perProcess = createPerProcess(deps, log);
  const attempts = new Attempts(deps.database, deps.clock);
  return {
    services: { ...perProcess, accounts, tenants, attempts, jobs, totals, checkedConfig: config },
    entra,
    start: async () => {
      const { smtpUrl, mailFrom: from } = config;
      mailer = await startMailer({ databases, clock: deps.clock, log, secrets, smtpUrl, from });
      jobs.start();
      totals.start();
      const trim = async () => await attempts.purge();
      timers.push(repeat(accounts, log, { name: 'attempts', intervalMs: MINUTE_MS, work: trim }));
      for (const database of databases) {
        const own = { ...accounts, database };
        // Removes users and groups that were deleted more than 30 days ago.
        const purge = async (of: AccountDeps, isStopping: () => boolean) =>
          log.debug({ purged: await purgeDeleted(of, isStopping), isLogEmpty: await emptyLog(of.database) }, 'purged');
        timers.push(repeat(own, log, { name: 'purge', intervalMs: HOUR_MS, work: purge }));
        timers.push(repeat(own, log, { name: 'maintenance', intervalMs: HOUR_MS, work: maintain }));
        timers.push(repeat(own, log, { name: 'index people', intervalMs: MINUTE_MS, work: indexPeople }));
        timers.push(repeat(own, log, { name: 'schedule', intervalMs: SCHEDULE_MS, work: runDueStates }));
        timers.push(repeat(own, log, { name: 'unlock', intervalMs: SCHEDULE_MS, work: unlockExpiredLocks }));
        timers.push(repeat(own, log, { name: 'entra maintenance', intervalMs: HOUR_MS, work: maintainEntra }));
        if (mode !== 'off') schedulers.push(startScheduler({ ...own, log, access }));
        else void reportDueJobs({ ...own, log }, offText);
      }
    },
    stopCycles: async () => {
      await Promise.all([...schedulers.map((stop) => stop()), entra.cycles.stop()]);
    },
    stop: () => [
      ['repeated tasks', async () => await Promise.all(timers.map((stop) => stop()))],
      ['jobs', () => jobs.stop()],
      ['totals', () => totals.stop()],
      ['emails under way', async () => await mailer?.stop()],
    ],
  };
}

/** Creates the services that exist once in each process. */
function createPerProcess(deps: DirectoryDeps & { readonly fleet: Fleet }, log: Log) {
  return {
    fleet: deps.fleet,
    live: new LiveHub({ ...deps, log }),
    previews: new PreviewLimit(),
    healthChecks: new SharedRun<HealthResults>(),
  };
}

/** Maintains the stand-in for Entra ID: purges users that were deleted more than 30 days ago, and trims the logs. */
async function maintainEntra(deps: AccountDeps, isStopping: () => boolean): Promise<void> {
  await purgeDue(deps, isStopping);
  await trimLogs(deps, isStopping);
}
