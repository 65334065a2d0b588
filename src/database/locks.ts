import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { isConcurrent } from './engine.ts';
import { preparedCommand } from './prepared.ts';

/**
 * Waits until no other transaction holds any of these names in the organization, and holds them until this one ends: for
 * what two transactions could decide differently because neither sees the other's rows yet. Where transactions run one
 * after the other there is nothing to wait for.
 */
export async function lockNames(transaction: Database, organizationId: string, names: readonly string[]) {
  if (!isConcurrent(transaction) || names.length === 0) return;
  // In one order for everybody, so that two cannot wait for each other.
  const keys = [...new Set(names.map((name) => lockKey(`${organizationId}\0${name}`)))].toSorted();
  await lockKeys(transaction, { keys });
}

/** The key of an advisory lock has 64 bits, signed. */
function lockKey(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE().toString();
}

const lockKeys = preparedCommand((database, values: { keys: readonly string[] }) =>
  database
    .selectFrom(sql<{ key: string }>`unnest(${values.keys}::bigint[])`.as('locked'))
    .select(sql`pg_advisory_xact_lock(locked)`.as('held')),
);
