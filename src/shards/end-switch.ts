import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { findFreeze, thaw } from './move-store.ts';
import { continuePlacement, takeOverPlacement, type Placement } from './placement-store.ts';

/** How long whoever ends a switch has for it, before another one may. */
const END_DURATION_MS = 5_000;

export interface EndedSwitch {
  readonly catalog: Database;
  readonly clock: Clock;
  readonly organizationId: string;
  /** As it was seen: once it is another, somebody else was faster. */
  readonly placement: Placement;
  /** The database of that placement. */
  readonly here: Database;
}

/**
 * Has an organization served where it is, when nothing comes of a switch any more. In this order: the switch loses its token,
 * so that it cannot go on; changes are taken again; the catalog says so. Whoever dies in between leaves it to the next.
 */
export async function endSwitch({ catalog, clock, organizationId, placement, here }: EndedSwitch): Promise<void> {
  // Read first: a freeze that comes later belongs to a switch that has begun since.
  const frozenBy = await findFreeze(here, organizationId);
  const mine = { ...placement, token: randomUUID(), expiresAt: clock.now().getTime() + END_DURATION_MS };
  if (!(await takeOverPlacement(catalog, organizationId, placement, mine))) return;
  if (frozenBy !== undefined) await thaw(here, organizationId, frozenBy);
  await continuePlacement(catalog, organizationId, mine, { shard: placement.shard, state: 'served' });
}
