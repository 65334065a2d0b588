import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { ProvisioningPlan, ProvisioningWorld } from './provisioning.ts';

/** Cycles after which nothing waits any more: a user that wants a name that another one gives up in the same cycle waits. */
const CYCLES_MAX = 4;

/** Everybody whose account is enabled is there, once, and as the mappings say; all groups are. */
export async function expectAllProvisioned(
  world: ProvisioningWorld,
  { users, groups }: ProvisioningPlan,
): Promise<void> {
  const { total, differences, compared, found } = await world.compare();
  expect({ total, differences }).toEqual({ total: 0, differences: [] });
  expect(found).toEqual(compared);
  expect(compared.Group).toBe(groups);
  expect(compared.User).toBeGreaterThan(users * 0.9);
  const created = { count: compared.User, objects: compared.User };
  expect(await world.events('user_create')).toEqual(created);
  expect(await world.events('group_create')).toEqual({ count: groups, objects: groups });
}

export async function expectEqualSoon(world: ProvisioningWorld): Promise<void> {
  for (let cycles = 1; ; cycles += 1) {
    // A second failure waits for the job's interval: a chain of users, each with the name that the next one gives up.
    await world.makeEscrowsDue();
    expect(await world.cycle()).toMatchObject({ kind: 'complete', cycle: { kind: 'incremental' } });
    const escrows = await world.entra('cycle', 'escrows');
    if (isDeepStrictEqual(escrows, [])) break;
    expect(cycles, JSON.stringify(escrows)).toBeLessThan(CYCLES_MAX);
  }
  const { total, differences } = await world.compare();
  expect({ total, differences }).toEqual({ total: 0, differences: [] });
}

/** Two questions for what does not exist, and nothing else: as the target's own log says. */
export async function expectIdle({ target, cycle }: ProvisioningWorld): Promise<void> {
  await target.requests();
  expect(await cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { imported: 0, exported: 0 } } });
  expect(await target.requests()).toMatchObject([
    { method: 'GET', path: '/scim/v2/Users', status: 200 },
    { method: 'GET', path: '/scim/v2/Groups', status: 200 },
  ]);
}
