import type { Database } from '#database/database.ts';
import type { PlacementTable } from '#database/tables.ts';

/** The entry of the catalog for an organization. */
export interface Placement {
  readonly shard: string;
  readonly state: PlacementTable['state'];
  /** Identifies the switch for which changes wait; null while the organization is served. */
  readonly token: string | null;
  /** The time until which the switch may make changes wait, in milliseconds since 1970. */
  readonly expiresAt: number | null;
}

/** Returns the placement of an organization; undefined if it has none, and is in the same database as the catalog. */
export async function findPlacement(catalog: Database, organizationId: string): Promise<Placement | undefined> {
  const row = await catalog
    .selectFrom('placements')
    .select(['shard', 'state', 'token', 'expires_at as expiresAt'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row;
}

export async function writePlacement(catalog: Database, organizationId: string, to: Placement): Promise<void> {
  const values = { shard: to.shard, state: to.state, token: to.token, expires_at: to.expiresAt };
  await catalog
    .insertInto('placements')
    .values({ organization_id: organizationId, ...values })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(values))
    .execute();
}

/**
 * Moves a placement to the next state of a switch. Returns false if another process has ended the switch because it took too long.
 * This is the only statement that moves an organization to another database.
 */
export async function continuePlacement(
  catalog: Database,
  organizationId: string,
  from: Placement,
  to: Pick<Placement, 'shard' | 'state'>,
): Promise<boolean> {
  const isServed = to.state === 'served';
  const { numUpdatedRows } = await catalog
    .updateTable('placements')
    .set({ ...to, ...(isServed && { token: null, expires_at: null }) })
    .where('organization_id', '=', organizationId)
    .where('token', '=', from.token)
    .where('state', '=', from.state)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Replaces the token of a switch, so that its process cannot continue it. Returns false if the placement has changed since it was read. */
export async function takeOverPlacement(
  catalog: Database,
  organizationId: string,
  from: Placement,
  to: Pick<Placement, 'token' | 'expiresAt'>,
): Promise<boolean> {
  const { numUpdatedRows } = await catalog
    .updateTable('placements')
    .set({ token: to.token, expires_at: to.expiresAt })
    .where('organization_id', '=', organizationId)
    .where('token', '=', from.token)
    .where('state', '=', from.state)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
