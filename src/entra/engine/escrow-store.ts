import type { Selectable } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import type { EntraEscrowTable } from '#database/entra-tables.ts';
import type { ObjectType } from '../source/source-object.ts';

/** The part of an object that failed to be exported: the object itself, or its references (manager or members). */
export type EscrowStage = 'object' | 'reference';

/** A failed export, which is retried in the first cycle after `nextAt`. */
export interface Escrow {
  readonly jobId: string;
  readonly organizationId: string;
  readonly sourceId: string;
  readonly type: ObjectType;
  readonly stage: EscrowStage;
  readonly errorCode: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly nextAt: Date;
}

export async function findEscrow(
  database: Database,
  jobId: string,
  sourceId: string,
  stage: EscrowStage,
): Promise<Escrow | undefined> {
  const row = await database
    .selectFrom('entra_escrows')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .where('stage', '=', stage)
    .executeTakeFirst();
  return row && toEscrow(row);
}

export async function saveEscrow(database: Database, escrow: Escrow): Promise<void> {
  const changing = {
    error_code: escrow.errorCode,
    reason: escrow.reason,
    attempts: escrow.attempts,
    last_at: escrow.lastAt.getTime(),
    next_at: escrow.nextAt.getTime(),
  };
  await database
    .insertInto('entra_escrows')
    .values({
      job_id: escrow.jobId,
      organization_id: escrow.organizationId,
      source_id: escrow.sourceId,
      stage: escrow.stage,
      object_type: escrow.type,
      first_at: escrow.firstAt.getTime(),
      ...changing,
    })
    .onConflict((conflict) => conflict.columns(['job_id', 'source_id', 'stage']).doUpdateSet(changing))
    .execute();
}

export async function deleteEscrow(
  database: Database,
  jobId: string,
  sourceId: string,
  stage: EscrowStage,
): Promise<void> {
  await database
    .deleteFrom('entra_escrows')
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .where('stage', '=', stage)
    .execute();
}

/** Deletes the escrows, at every stage, of the given objects of a type. */
export async function deleteEscrowsOf(
  database: Database,
  jobId: string,
  type: ObjectType,
  sourceIds: readonly string[],
): Promise<void> {
  for (const ids of chunks(sourceIds)) {
    await database
      .deleteFrom('entra_escrows')
      .where('job_id', '=', jobId)
      .where('source_id', 'in', ids)
      .where('object_type', '=', type)
      .execute();
  }
}

export async function deleteAllEscrows(database: Database, jobId: string): Promise<void> {
  await database.deleteFrom('entra_escrows').where('job_id', '=', jobId).execute();
}

/** Returns the escrows of a job that are due at `now`, longest due first. */
export async function dueEscrows(database: Database, jobId: string, now: Date): Promise<readonly Escrow[]> {
  const rows = await database
    .selectFrom('entra_escrows')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('next_at', '<=', now.getTime())
    .orderBy('next_at')
    .orderBy('source_id')
    .execute();
  return rows.map(toEscrow);
}

/** Returns at most `limit` escrows of a job for display, ordered by the time of the first failure. */
export async function listEscrows(database: Database, jobId: string, limit: number): Promise<readonly Escrow[]> {
  const rows = await database
    .selectFrom('entra_escrows')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('first_at')
    .orderBy('source_id')
    .limit(limit)
    .execute();
  return rows.map(toEscrow);
}

export interface EscrowCounts {
  readonly object: number;
  readonly reference: number;
  /** The number of deletions that an administrator has to allow. `object` does not include them, because they have not failed. */
  readonly staged: number;
}

/** The error code of an escrow that is not a failure, but a deletion that an administrator has to allow. */
export const STAGED_DELETE = 'TooManyDeletes';

/** Counts the failed objects, failed references and staged deletions of a job. */
export async function countEscrows(database: Database, jobId: string): Promise<EscrowCounts> {
  const rows = await database
    .selectFrom('entra_escrows')
    .select(['stage', 'error_code', (where) => where.fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .groupBy(['stage', 'error_code'])
    .execute();
  const counts = { object: 0, reference: 0, staged: 0 };
  for (const { stage, error_code, count } of rows) {
    counts[error_code === STAGED_DELETE ? 'staged' : stage] += Number(count);
  }
  return counts;
}

/** Returns the given source ids that have an escrow at the given stage. */
export async function findEscrowed(
  database: Database,
  jobId: string,
  stage: EscrowStage,
  sourceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const ids of chunks(sourceIds)) {
    const rows = await database
      .selectFrom('entra_escrows')
      .select('source_id')
      .where('job_id', '=', jobId)
      .where('stage', '=', stage)
      .where('source_id', 'in', ids)
      .execute();
    for (const row of rows) found.add(row.source_id);
  }
  return found;
}

/** Makes the escrows of a job that have the given error code due immediately. */
export async function releaseEscrows(database: Database, jobId: string, errorCode: string, now: Date): Promise<void> {
  await database
    .updateTable('entra_escrows')
    .set({ next_at: now.getTime() })
    .where('job_id', '=', jobId)
    .where('error_code', '=', errorCode)
    .execute();
}

function toEscrow(row: Selectable<EntraEscrowTable>): Escrow {
  return {
    jobId: row.job_id,
    organizationId: row.organization_id,
    sourceId: row.source_id,
    type: row.object_type,
    stage: row.stage,
    errorCode: row.error_code,
    reason: row.reason,
    attempts: row.attempts,
    firstAt: new Date(row.first_at),
    lastAt: new Date(row.last_at),
    nextAt: new Date(row.next_at),
  };
}
