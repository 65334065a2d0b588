import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { isConcurrent } from './engine.ts';
import { preparedCommand } from './prepared.ts';

/**
 * Locks names in an organization until the transaction ends, and waits for other transactions that hold any of them. Use it for
 * decisions that two concurrent transactions could get wrong because neither sees the other's rows yet. Does nothing on an engine
 * that runs transactions sequentially.
 */
export async function lockNames(transaction: Database, organizationId: string, names: readonly string[]) {
  if (!isConcurrent(transaction) || names.length === 0) return;
  // All transactions use the same order, so that no two of them can deadlock.
  const keys = [...new Set(names.map((name) => lockKey(`${organizationId}\0${name}`)))].toSorted();
  await lockKeys(transaction, { keys });
}

/** Returns the key of an advisory lock: a signed 64-bit integer. */
function lockKey(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE().toString();
}

const lockKeys = preparedCommand((database, values: { keys: readonly string[] }) =>
  database
    .selectFrom(sql<{ key: string }>`unnest(${values.keys}::bigint[])`.as('locked'))
    .select(sql`pg_advisory_xact_lock(locked)`.as('held')),
);
