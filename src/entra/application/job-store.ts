import type { Selectable } from 'kysely';
import type { Database, DatabaseTransaction } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import type { EntraJobTable } from '#database/entra-tables.ts';
import type { CycleState } from './cycle-state.ts';
import type { StoredJob } from './job.ts';
import { readCycle, readJobSchema, readJobSettings, readJobStatus } from './stored-job.ts';

export async function insertJob(database: Database, job: StoredJob): Promise<void> {
  await database
    .insertInto('entra_jobs')
    .values({
      id: job.id,
      organization_id: job.organizationId,
      tenant_id: job.tenantId,
      application_id: job.applicationId,
      template_id: job.templateId,
      schema: JSON.stringify(job.schema),
      settings: JSON.stringify(job.settings),
      schedule_state: job.scheduleState,
      interval_ms: job.intervalMs,
      status: JSON.stringify(job.status),
      watermark: job.watermark,
      next_run_at: job.nextRunAt?.getTime() ?? null,
      cycle: cycleText(job.cycle),
      created_at: job.createdAt.getTime(),
    })
    .execute();
}

export async function findJob(database: Database, jobId: string): Promise<StoredJob | undefined> {
  const row = await database.selectFrom('entra_jobs').selectAll().where('id', '=', jobId).executeTakeFirst();
  return row && toJob(row);
}

/** Like `findJob`, but locks the job against other changes until the transaction ends. */
export async function lockJob(transaction: DatabaseTransaction, jobId: string): Promise<StoredJob | undefined> {
  const row = await transaction
    .selectFrom('entra_jobs')
    .selectAll()
    .where('id', '=', jobId)
    .$if(isConcurrent(transaction), (query) => query.forUpdate())
    .executeTakeFirst();
  return row && toJob(row);
}

export async function findJobOfApplication(database: Database, applicationId: string): Promise<StoredJob | undefined> {
  const row = await database
    .selectFrom('entra_jobs')
    .selectAll()
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return row && toJob(row);
}

/** Returns the active jobs of all organizations whose next run is due, longest overdue first. */
export async function listDueJobs(database: Database, now: Date): Promise<readonly StoredJob[]> {
  const rows = await database
    .selectFrom('entra_jobs')
    .selectAll()
    .where('schedule_state', '=', 'Active')
    .where('next_run_at', '<=', now.getTime())
    .orderBy('next_run_at')
    .orderBy('id')
    .execute();
  return rows.map(toJob);
}

/** The properties of a job to change. Properties that are absent or undefined stay unchanged; null clears a nullable property. */
export type JobChange = {
  readonly [
    Name in Exclude<
      keyof StoredJob,
      'id' | 'organizationId' | 'tenantId' | 'applicationId' | 'templateId' | 'createdAt'
    >
  ]?: StoredJob[Name] | undefined;
};

/** Updates the given properties of a job. Returns false if the job does not exist. */
export async function updateJob(database: Database, jobId: string, change: JobChange): Promise<boolean> {
  const columns = columnsOf(change);
  if (Object.keys(columns).length === 0) return true;
  const result = await database.updateTable('entra_jobs').set(columns).where('id', '=', jobId).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function columnsOf(change: JobChange) {
  const { schema, settings, scheduleState, intervalMs, status, watermark, nextRunAt, cycle } = change;
  return {
    ...(schema !== undefined && { schema: JSON.stringify(schema) }),
    ...(settings !== undefined && { settings: JSON.stringify(settings) }),
    ...(scheduleState !== undefined && { schedule_state: scheduleState }),
    ...(intervalMs !== undefined && { interval_ms: intervalMs }),
    ...(status !== undefined && { status: JSON.stringify(status) }),
    ...(watermark !== undefined && { watermark }),
    ...(nextRunAt !== undefined && { next_run_at: nextRunAt?.getTime() ?? null }),
    ...(cycle !== undefined && { cycle: cycleText(cycle) }),
  };
}

function cycleText(cycle: CycleState | null): string | null {
  return cycle === null ? null : JSON.stringify(cycle);
}

function toJob(row: Selectable<EntraJobTable>): StoredJob {
  return {
    id: row.id,
    organizationId: row.organization_id,
    tenantId: row.tenant_id,
    applicationId: row.application_id,
    templateId: row.template_id,
    schema: readJobSchema(row.schema),
    settings: readJobSettings(row.settings),
    scheduleState: row.schedule_state,
    intervalMs: row.interval_ms,
    status: readJobStatus(row.status),
    watermark: row.watermark,
    nextRunAt: row.next_run_at === null ? null : new Date(row.next_run_at),
    cycle: row.cycle === null ? null : readCycle(row.cycle),
    createdAt: new Date(row.created_at),
  };
}
