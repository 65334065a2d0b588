import { sql, type Insertable, type Selectable } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { JobResultTable, JobTable } from '#database/people-tables.ts';
import { preparedCommand } from '#database/prepared.ts';
import { storedJson } from '#base/stored-json.ts';

export interface Job {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly state: 'waiting' | 'running' | 'finished' | 'failed';
  readonly total: number;
  /** The number of processed rows, set when the job ends. Until then, count the results: updating the large row of a job is slow. */
  readonly done: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly actor: Actor;
}

export interface StoredJob extends Job {
  /** The input of the job: JSON, encrypted. Empty after the job has finished. */
  readonly input: string;
}

/** The result of one row of a job. */
export interface JobResult {
  readonly id: string;
  /** The number of the row, starting at 1. */
  readonly row: number;
  readonly status: 'finished' | 'failed';
  readonly message: string | null;
  readonly userId: string | null;
  /** The stored resource, or the submitted resource if none was stored. */
  readonly body: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export async function insertJob(
  database: Database,
  clock: Clock,
  job: Pick<StoredJob, 'organizationId' | 'kind' | 'total' | 'input' | 'actor'>,
): Promise<string> {
  const id = newId(clock);
  await database
    .insertInto('jobs')
    .values({
      id,
      organization_id: job.organizationId,
      kind: job.kind,
      state: 'waiting',
      total: job.total,
      done: 0,
      input: job.input,
      actor: JSON.stringify(job.actor),
      created_at: clock.now().getTime(),
    })
    .execute();
  return id;
}

export async function findJob(database: Database, organizationId: string, id: string): Promise<StoredJob | undefined> {
  const row = await database
    .selectFrom('jobs')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toJob(row);
}

/** Returns the unfinished jobs of all organizations, oldest first. */
export async function findUnfinishedJobs(
  database: Database,
): Promise<readonly { readonly id: string; readonly organizationId: string }[]> {
  return await database
    .selectFrom('jobs')
    .select(['id', 'organization_id as organizationId'])
    // This must be the same text as the condition of the partial index, so that the index is used.
    .where(sql<boolean>`state in ('waiting', 'running')`)
    // Skips organizations that are moving between shards: the shard that serves an organization runs its jobs.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Returns the jobs of an organization without their input, newest first. */
export async function listJobs(
  database: Database,
  organizationId: string,
  page: { readonly skip: number; readonly limit: number },
): Promise<readonly Job[]> {
  const rows = await database
    .selectFrom('jobs')
    .select(['id', 'organization_id', 'kind', 'state', 'total', 'done', 'actor', 'created_at', 'finished_at'])
    .where('organization_id', '=', organizationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(page.skip)
    .limit(page.limit)
    .execute();
  return rows.map((row) => {
    const { input: _, ...job } = toJob({ ...row, input: '' });
    return job;
  });
}

const readActor = storedJson<Actor>(
  'jobs.actor',
  z.object({
    type: z.enum(['administrator', 'integration', 'user', 'command_line', 'system']),
    id: z.string().nullable(),
    name: z.string(),
  }),
);

function toJob(row: Selectable<JobTable>): StoredJob {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    state: row.state,
    total: row.total,
    done: row.done,
    input: row.input,
    actor: readActor(row.actor),
    createdAt: new Date(row.created_at),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
  };
}

export async function updateJob(
  database: Database,
  id: string,
  change: {
    readonly state?: Job['state'];
    readonly done?: number;
    readonly finishedAt?: Date;
    readonly input?: string;
  },
): Promise<void> {
  await database
    .updateTable('jobs')
    .set({
      ...(change.state !== undefined && { state: change.state }),
      ...(change.done !== undefined && { done: change.done }),
      ...(change.input !== undefined && { input: change.input }),
      ...(change.finishedAt !== undefined && { finished_at: change.finishedAt.getTime() }),
    })
    .where('id', '=', id)
    .execute();
}

const insertResult = preparedCommand((database, row: Insertable<JobResultTable>) =>
  database.insertInto('job_results').values({
    id: row.id,
    organization_id: row.organization_id,
    job_id: row.job_id,
    row_number: row.row_number,
    status: row.status,
    message: row.message,
    user_id: row.user_id,
    body: row.body,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }),
);

/** Inserts the result of a row. Pass the transaction of the row's change, so that a resumed job processes no row twice. */
export async function insertJobResult(
  database: Database,
  clock: Clock,
  job: Pick<Job, 'id' | 'organizationId'>,
  result: Pick<JobResult, 'row' | 'status' | 'message' | 'userId' | 'body'>,
): Promise<void> {
  const now = clock.now().getTime();
  await insertResult(database, {
    id: newId(clock),
    organization_id: job.organizationId,
    job_id: job.id,
    row_number: result.row,
    status: result.status,
    message: result.message,
    user_id: result.userId,
    body: result.body,
    created_at: now,
    updated_at: now,
  });
}

/** Returns the results of a job, by row number. */
export async function listJobResults(
  database: Database,
  jobId: string,
  page: { readonly skip: number; readonly limit: number },
): Promise<readonly JobResult[]> {
  const rows = await database
    .selectFrom('job_results')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('row_number')
    .offset(page.skip)
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    row: row.row_number,
    status: row.status === 'failed' ? 'failed' : 'finished',
    message: row.message,
    userId: row.user_id,
    body: row.body,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }));
}

export async function countJobResults(database: Database, jobId: string) {
  const rows = await database
    .selectFrom('job_results')
    .select(['status', ({ fn }) => fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .groupBy('status')
    .execute();
  const of = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  return { finished: of('finished'), failed: of('failed') };
}

/** Deletes the jobs that finished before a time, with their results. */
export async function deleteOldJobs(database: Database, before: Date): Promise<void> {
  await database
    .deleteFrom('jobs')
    .where('finished_at', 'is not', null)
    .where('finished_at', '<', before.getTime())
    .execute();
}
