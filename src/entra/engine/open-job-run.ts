import { randomUUID } from 'node:crypto';
import { quote } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { findApplication } from '../application/application-store.ts';
import type { ApplicationSettings } from '../application/application.ts';
import { openSecrets } from '../application/applications.ts';
import { compileSchema } from '../application/compile-schema.ts';
import type { StoredJob } from '../application/job.ts';
import type { ObjectMapping } from '../application/object-mapping.ts';
import { countLogs, insertLog, lastLogNumber } from '../logs/log-store.ts';
import { findTenant } from '../source/tenant-store.ts';
import { openTargetClient } from '../wire/open-target-client.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { requireJob } from './control-job.ts';
import { createDeleteBudget, type DeleteBudget } from './delete-budget.ts';
import { countEscrows } from './escrow-store.ts';
import { ALLOW_DELETES_ONCE } from './finished-status.ts';
import type { JobRun } from './job-run.ts';
import { createObjectLeases } from './object-leases.ts';
import { createKeyedLock } from './keyed-lock.ts';
import type { EngineDeps } from './engine-deps.ts';

/** How long Provision on demand waits if a cycle is working on the same object. */
const ON_DEMAND_WAIT_MS = 30_000;

export interface OpenJobRun extends AsyncDisposable {
  readonly run: JobRun;
}

/**
 * Reads the job with its tenant, application and mappings, and opens a client for its target. Throws `notFound`, `usage` if the settings
 * do not allow requests, and `mappingInvalid` if the schema cannot be compiled.
 */
export async function openJobRun(
  deps: EngineDeps,
  jobId: string,
  newCycleId: string,
  { onDemand = false, cut }: { readonly onDemand?: boolean; readonly cut?: AbortSignal | undefined } = {},
): Promise<OpenJobRun> {
  const { database, clock } = deps;
  const job = await requireJob(database, jobId);
  const tenant = await findTenant(database, job.organizationId, job.tenantId);
  const application = await findApplication(database, job.tenantId, job.applicationId);
  if (tenant === undefined || application === undefined) {
    throw new StandInError('notFound', ({ jobs }) => jobs.orphan(quote(jobId)));
  }
  const { settings } = application;
  const secrets = openSecrets(deps.secrets, application);
  const under = onDemand ? null : job.cycle;
  const cycleId = under?.id ?? newCycleId;
  const mappings = mappingsOf(compileSchema(job.schema));
  const deletes = onDemand ? createDeleteBudget(null) : await deleteBudgetOf(database, job, settings);
  const place = {
    organizationId: job.organizationId,
    tenantId: tenant.id,
    jobId,
    cycleId,
    servicePrincipal: application,
  };
  let number = await lastLogNumber(database, jobId);
  // The client is opened last, when nothing can fail anymore, so that it need not be closed after an error.
  const target = openTargetClient({
    settings,
    secrets,
    secretsNeeded: application.secretsNeeded,
    clock,
    ...deps.access,
    ...deps.wire,
  });
  const close = () => void target.close();
  cut?.addEventListener('abort', close, { once: true });
  if (cut?.aborted === true) close();
  return {
    run: {
      deps,
      tenant,
      application,
      job,
      mappings,
      target,
      cycleId,
      onDemand,
      deletes,
      leases: createObjectLeases(deps, jobId, {
        holder: onDemand ? randomUUID() : jobId,
        waitMaxMs: onDemand ? ON_DEMAND_WAIT_MS : Infinity,
        cut,
      }),
      keyedLock: createKeyedLock(),
      log: async (transaction, entry) => {
        number += 1;
        await insertLog(transaction, place, number, entry);
      },
      changedOf: () => undefined,
    },
    [Symbol.asyncDispose]: async () => {
      cut?.removeEventListener('abort', close);
      await target.close();
    },
  };
}

/**
 * Returns the delete budget of a cycle: unlimited if an administrator has allowed deletions, 0 while staged deletions wait to be allowed.
 */
async function deleteBudgetOf(
  database: Database,
  { id, tenantId, settings, cycle }: StoredJob,
  { accidentalDeletionThreshold: threshold }: ApplicationSettings,
): Promise<DeleteBudget> {
  if (threshold === null || settings[ALLOW_DELETES_ONCE] === 'True') return createDeleteBudget(null);
  if ((await countEscrows(database, id)).staged > 0) return createDeleteBudget(0);
  if (cycle === null) return createDeleteBudget(threshold);
  // For a resumed cycle, counts the deletions before the interruption. They are counted in the logs, which are complete even if the process
  // crashed.
  const done = { tenantId, cycleId: cycle.id, from: new Date(cycle.startedAt), actions: ['delete', 'disable'] };
  return createDeleteBudget(threshold, await countLogs(database, { ...done, status: 'success' }));
}

function mappingsOf(mappings: readonly ObjectMapping[]): JobRun['mappings'] {
  const of = (type: ObjectMapping['sourceType']) =>
    mappings.find(({ enabled, sourceType }) => enabled && sourceType === type);
  return { User: of('User'), Group: of('Group') };
}
