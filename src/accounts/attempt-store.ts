import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

export interface StoredAttempts {
  readonly failures: number;
  /** The time until which attempts are refused, in milliseconds since 1970; 0 or a past time if they are not refused. */
  readonly refusedUntil: number;
  readonly expiresAt: number;
}

/**
 * Returns the key of the bucket for the given parts, such as purpose, client and name. The key is a digest, because a name may be a
 * password that was typed into the wrong field, and can have any length.
 */
export function bucketOf(...parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Returns the count of a bucket; undefined if it has none, or only an expired one. */
export async function findAttempts(database: Database, bucket: string, now: Date): Promise<StoredAttempts | undefined> {
  const row = await database
    .selectFrom('attempts')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('expires_at', '>', now.getTime())
    .executeTakeFirst();
  return row && { failures: row.failures, refusedUntil: row.refused_until, expiresAt: row.expires_at };
}

interface Count {
  readonly now: Date;
  /** The time from which the bucket counts from zero again. */
  readonly expiresAt: Date;
}

interface WindowCount extends Count {
  /** The number to add to the count; 1 by default. */
  readonly units?: number;
}

/**
 * Counts one attempt in a bucket and postpones its expiry, unless the bucket currently refuses attempts. Returns the new count;
 * undefined for a bucket that refuses attempts, which is not changed.
 */
export async function countUnlessRefused(
  database: Database,
  bucket: string,
  { now, expiresAt }: Count,
): Promise<number | undefined> {
  const row = await database
    .insertInto('attempts')
    .values({ bucket, failures: 1, refused_until: 0, expires_at: expiresAt.getTime() })
    .onConflict((conflict) =>
      conflict
        .column('bucket')
        .doUpdateSet({
          failures: nextFailures(now),
          refused_until: 0,
          expires_at: expiresAt.getTime(),
        })
        .where('attempts.refused_until', '<=', now.getTime()),
    )
    .returning('failures')
    .executeTakeFirst();
  return row?.failures;
}

/** Adds to the count of a window, which starts with the first call and ends at the `expiresAt` of that call. Returns the new count. */
export async function countInWindow(
  database: Database,
  bucket: string,
  { now, expiresAt, units = 1 }: WindowCount,
): Promise<number> {
  const row = await database
    .insertInto('attempts')
    .values({ bucket, failures: units, refused_until: 0, expires_at: expiresAt.getTime() })
    .onConflict((conflict) =>
      conflict.column('bucket').doUpdateSet({
        failures: nextFailures(now),
        expires_at: sql<number>`case when attempts.expires_at <= ${now.getTime()} then excluded.expires_at else attempts.expires_at end`,
      }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow();
  return row.failures;
}

function nextFailures(now: Date) {
  return sql<number>`case when attempts.expires_at <= ${now.getTime()} then excluded.failures else attempts.failures + excluded.failures end`;
}

/** Refuses attempts in a bucket until a time. */
export async function refuseUntil(database: Database, bucket: string, until: Date): Promise<void> {
  await database.updateTable('attempts').set({ refused_until: until.getTime() }).where('bucket', '=', bucket).execute();
}

/** Reverts the counting of an attempt that neither failed nor succeeded, and any refusal that the attempt started. */
export async function uncountAttempt(database: Database, bucket: string, units = 1): Promise<void> {
  await database
    .updateTable('attempts')
    .set((expression) => ({ failures: expression('failures', '-', units), refused_until: 0 }))
    .where('bucket', '=', bucket)
    .where('failures', '>=', units)
    .execute();
}

export async function deleteAttempts(database: Database, bucket: string): Promise<void> {
  await database.deleteFrom('attempts').where('bucket', '=', bucket).execute();
}

/**
 * Deletes the rows that have expired. If more than `rowsMax` remain, also deletes the rows with the fewest failures, and among
 * these the ones that expire first: attempts for many names must not end the wait of a client that failed often. Returns how many
 * rows remain.
 */
export async function trimAttempts(database: Database, now: Date, rowsMax: number): Promise<number> {
  await database.deleteFrom('attempts').where('expires_at', '<=', now.getTime()).execute();
  const { rows } = await database
    .selectFrom('attempts')
    .select((expression) => expression.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  const surplus = Number(rows) - rowsMax;
  if (surplus <= 0) return Number(rows);
  await database
    .deleteFrom('attempts')
    .where('bucket', 'in', (first) =>
      first
        .selectFrom('attempts')
        .select('bucket')
        .orderBy('failures')
        .orderBy('expires_at')
        .orderBy('bucket')
        .limit(surplus),
    )
    .execute();
  return rowsMax;
}
