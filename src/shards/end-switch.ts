import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { findFreeze, thaw } from './move-store.ts';
import { continuePlacement, takeOverPlacement, type Placement } from './placement-store.ts';

/** How long a process may take to end a switch before another process may end it. */
const END_DURATION_MS = 5_000;

export interface SwitchToEnd {
  readonly catalog: Database;
  readonly clock: Clock;
  readonly organizationId: string;
  /** The placement that the caller read. If it has changed since, another process has continued or ended the switch. */
  readonly placement: Placement;
  /** The database that the placement names. */
  readonly database: Database;
}

/** Waits until all processes have read the new placement: twice as long as a cached placement may be used. */
export async function waitForCaches(catalog: Database): Promise<void> {
  await sleep(2 * engineOf(catalog).configurationAgeMaxMs);
}

/**
 * Ends a switch (the last phase of a move, see move-organization.ts) that failed or took too long. The organization is then served from
 * the database that its placement names. Does nothing if another process has already continued or ended the switch.
 *
 * The order matters. First the switch loses its token, so that it cannot continue. Then the database accepts changes again. Finally the
 * catalog marks the organization as served. If this process dies in between, another process can end the switch after END_DURATION_MS.
 */
export async function endSwitch({ catalog, clock, organizationId, placement, database }: SwitchToEnd): Promise<void> {
  // The freeze is read before the takeover, because a later freeze belongs to a newer switch.
  const frozenBy = await findFreeze(database, organizationId);
  const mine = { ...placement, token: randomUUID(), expiresAt: clock.now().getTime() + END_DURATION_MS };
  if (!(await takeOverPlacement(catalog, organizationId, placement, mine))) return;
  if (frozenBy !== undefined) await thaw(database, organizationId, frozenBy);
  // Until its cached placement is renewed, another process reads from the database that the organization has left, and would not find what
  // is created from now on.
  if (placement.state === 'arriving') await waitForCaches(catalog);
  await continuePlacement(catalog, organizationId, mine, { shard: placement.shard, state: 'served' });
}
