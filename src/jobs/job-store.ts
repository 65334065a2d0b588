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
  /** Rows that are done, once all are: until then the results are counted, since the row of a job is large. */
  readonly done: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly actor: Actor;
}

export interface StoredJob extends Job {
  /** What it was given, as JSON, encrypted; empty once it is done. */
  readonly input: string;
}

/** What became of one row of a job. */
export interface JobResult {
  readonly id: string;
  /** From 1 on. */
  readonly row: number;
  readonly status: 'finished' | 'failed';
  readonly message: string | null;
  readonly userId: string | null;
  /** What was stored, or what was sent where nothing was. */
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

/** Jobs that are not done, of all organizations, the oldest first. */
export async function findUnfinishedJobs(
  database: Database,
): Promise<readonly { readonly id: string; readonly organizationId: string }[]> {
  return await database
    .selectFrom('jobs')
    .select(['id', 'organization_id as organizationId'])
    // As the index says it.
    .where(sql<boolean>`state in ('waiting', 'running')`)
    // An organization that moves is looked after where it is served.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** The jobs of an organization, the newest first. */
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

/** Writes what became of a row, in the transaction of what it changed: a job that is resumed does no row twice. */
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

/** What became of the rows of a job, in their order. */
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

/** Jobs that were done long ago go, with what they were given. */
export async function deleteOldJobs(database: Database, before: Date): Promise<void> {
  await database
    .deleteFrom('jobs')
    .where('finished_at', 'is not', null)
    .where('finished_at', '<', before.getTime())
    .execute();
}
