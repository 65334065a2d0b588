import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { ProvisioningPlan, ProvisioningWorld } from './provisioning.ts';

/**
 * The number of cycles within which retries must resolve all failures. A change to a user fails in a cycle if the new name still belongs
 * to another user who is renamed later in the same cycle.
 */
const CYCLES_MAX = 4;

/** Asserts that every enabled user and every group was created exactly once, and that source and target are equal. */
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

/** Runs at most {@link CYCLES_MAX} cycles until no failure is left, and asserts that source and target are equal. */
export async function expectEqualSoon(world: ProvisioningWorld): Promise<void> {
  for (let cycles = 1; ; cycles += 1) {
    // A change that failed twice is retried only after the interval of the job. Changes fail more than once if several users take over
    // each other's names.
    await world.makeEscrowsDue();
    expect(await world.cycle()).toMatchObject({ kind: 'complete', cycle: { kind: 'incremental' } });
    const escrows = await world.entra('cycle', 'escrows');
    if (isDeepStrictEqual(escrows, [])) break;
    expect(cycles, JSON.stringify(escrows)).toBeLessThan(CYCLES_MAX);
  }
  const { total, differences } = await world.compare();
  expect({ total, differences }).toEqual({ total: 0, differences: [] });
}

/** Asserts that a cycle exports nothing and sends only the two queries of Test Connection, according to the log of the target. */
export async function expectIdle({ target, cycle }: ProvisioningWorld): Promise<void> {
  await target.requests();
  expect(await cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { imported: 0, exported: 0 } } });
  expect(await target.requests()).toMatchObject([
    { method: 'GET', path: '/scim/v2/Users', status: 200 },
    { method: 'GET', path: '/scim/v2/Groups', status: 200 },
  ]);
}
