import type { Selectable } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import type { EntraEscrowTable } from '#database/entra-tables.ts';
import type { ObjectType } from '../source/source-object.ts';

/** What failed: the object itself, or what it refers to. */
export type EscrowStage = 'object' | 'reference';

/** Something that failed, and is tried again. */
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

/** Removes what waits of some objects of a type. */
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

/** Escrows of a job whose time has come, the oldest first. */
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

/** All escrows of a job, for people. */
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
  /** Deletes that an administrator has to allow; they are not among the objects, since nothing failed. */
  readonly staged: number;
}

/** The code under which deletes wait that an administrator has to allow. */
export const STAGED_DELETE = 'TooManyDeletes';

/** How many there are: of objects, and of references. */
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

/** Which of some objects wait for another attempt at a stage. */
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

/** Lets what was held back for a reason be tried at once. */
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
