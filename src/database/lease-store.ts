import { chunks, type Database } from './database.ts';

interface Holding {
  readonly holder: string;
  readonly now: Date;
  readonly durationMs: number;
}

export interface Lease extends Holding {
  /** The name of a task that only one process may do at a time. */
  readonly name: string;
}

/**
 * Acquires a lease, or extends one that the holder already has. Returns false while another process holds it. The lease of a
 * process that died expires after `durationMs`.
 *
 * @example
 * const lease = { name: 'purge', holder: processId, now: clock.now(), durationMs: 60_000 };
 * if (await acquireLease(database, lease)) await purge();
 */
export async function acquireLease(database: Database, { name, ...holding }: Lease): Promise<boolean> {
  return (await acquireLeases(database, [name], holding)).length > 0;
}

/** Acquires or extends those leases that no other process holds, and returns their names. */
export async function acquireLeases(
  database: Database,
  names: readonly string[],
  { holder, now, durationMs }: Holding,
): Promise<readonly string[]> {
  const expires_at = now.getTime() + durationMs;
  const taken: string[] = [];
  // All callers use the same order, so that no two of them can deadlock.
  for (const some of chunks(names.toSorted())) {
    const rows = await database
      .insertInto('leases')
      .values(some.map((name) => ({ name, holder, expires_at })))
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ holder, expires_at })
          .where((where) =>
            where.or([where('leases.expires_at', '<=', now.getTime()), where('leases.holder', '=', holder)]),
          ),
      )
      .returning('name')
      .execute();
    for (const { name } of rows) taken.push(name);
  }
  return taken;
}

/** Releases a lease before it expires. Does nothing if another process holds it. */
export async function releaseLease(database: Database, name: string, holder: string): Promise<void> {
  await releaseLeases(database, [name], holder);
}

export async function releaseLeases(database: Database, names: readonly string[], holder: string): Promise<void> {
  for (const some of chunks(names)) {
    await database.deleteFrom('leases').where('name', 'in', some).where('holder', '=', holder).execute();
  }
}
