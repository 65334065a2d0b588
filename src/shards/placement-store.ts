import type { Database } from '#database/database.ts';
import type { PlacementTable } from '#database/tables.ts';

/** Where an organization is. */
export interface Placement {
  readonly shard: string;
  readonly state: PlacementTable['state'];
  /** Of the move that has it wait; null while it is served. */
  readonly token: string | null;
  /** Milliseconds since 1970: until when the move may have it wait. */
  readonly expiresAt: number | null;
}

/** undefined for an organization that was never placed: it is in the catalog's own database. */
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
 * Goes on with a move that has the organization wait; false when another process ended it, since it took too long. This
 * is the one moment at which an organization changes its place.
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

/** Takes the token of a switch from who has it; false when it went on, or another one was faster. */
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
