import { chunks, type Database } from './database.ts';

interface Holding {
  readonly holder: string;
  readonly now: Date;
  readonly durationMs: number;
}

export interface Lease extends Holding {
  /** What is to be done by one process alone. */
  readonly name: string;
}

/** Takes a work, or keeps it; false while another process has it. One that dies has it no longer than it said. */
export async function acquireLease(database: Database, { name, ...holding }: Lease): Promise<boolean> {
  return (await acquireLeases(database, [name], holding)).length > 0;
}

/** Takes or keeps what can be had of several works, and answers which those are. */
export async function acquireLeases(
  database: Database,
  names: readonly string[],
  { holder, now, durationMs }: Holding,
): Promise<readonly string[]> {
  const expires_at = now.getTime() + durationMs;
  const taken: string[] = [];
  // In one order for everybody, so that two do not wait for each other.
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

/** Gives a work back before its time. */
export async function releaseLease(database: Database, name: string, holder: string): Promise<void> {
  await releaseLeases(database, [name], holder);
}

export async function releaseLeases(database: Database, names: readonly string[], holder: string): Promise<void> {
  for (const some of chunks(names)) {
    await database.deleteFrom('leases').where('name', 'in', some).where('holder', '=', holder).execute();
  }
}
