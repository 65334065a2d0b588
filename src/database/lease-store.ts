import type { Database } from './database.ts';

export interface Lease {
  /** What is to be done by one process alone. */
  readonly name: string;
  readonly holder: string;
  readonly now: Date;
  readonly durationMs: number;
}

/** Takes a work, or keeps it; false while another process has it. One that dies has it no longer than it said. */
export async function takeLease(database: Database, { name, holder, now, durationMs }: Lease): Promise<boolean> {
  const expires_at = now.getTime() + durationMs;
  const rows = await database
    .insertInto('leases')
    .values({ name, holder, expires_at })
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
  return rows.length > 0;
}

/** Gives a work back before its time. */
export async function giveBackLease(database: Database, name: string, holder: string): Promise<void> {
  await database.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}
