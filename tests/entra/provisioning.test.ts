import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { StoredJob } from '#entra/application/job.ts';
import { openProvisioningWorld, type ProvisioningPlan, type ProvisioningWorld } from '../support/provisioning.ts';
import { findPostgres, startPostgres, TEST_ROLE } from '../support/postgres-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';

const POLL_MS = 50;
/** Cycles after which nothing waits any more: who wants a name that another one gives up in the same cycle has to wait. */
const CYCLES_MAX = 4;

describe('a tenant is provisioned into the started program', () => {
  test('while the engine is killed ten times and the target fails twice, with the guide and the flag', async () => {
    const plan = { users: 150, groups: 20, preset: 'guide', rules: 'strict', flag: true, seed: 11 } as const;
    await using world = await openProvisioningWorld(plan);
    const disturbed = await world.disturbedCycle({ kills: 10, restarts: 2, requestsMax: 45, seed: 3 });
    expect(disturbed).toEqual({ kills: 10, restarts: 2 });
    // What was on the way to the target when it failed is tried again in the next cycle.
    await expectEqualSoon(world);
    await expectAllThere(world, plan);
    await world.entra('tenant', 'change', '--count', '80', '--seed', '21');
    expect(await world.disturbedCycle({ kills: 2, restarts: 1, requestsMax: 25, seed: 4 })).toEqual({
      kills: 2,
      restarts: 1,
    });
    await expectEqualSoon(world);
    await expectIdle(world);
  });

  test("by the server itself, with Entra ID's own mappings, without the flag", async () => {
    const plan = { users: 100, groups: 16, preset: 'entra', rules: 'standard', flag: false, seed: 12 } as const;
    await using world = await openProvisioningWorld({ ...plan, settings: ['membersPerPatch=20'] });
    expect(await servedCycle(world)).toMatchObject({ state: 'Succeeded', countImportedDeltas: 0 });
    await expectAllThere(world, plan);
    await world.entra('tenant', 'change', '--count', '40', '--seed', '22');
    expect(await servedCycle(world)).toMatchObject({ countImported: 0, countImportedDeltas: expect.any(Number) });
    await expectEqualSoon(world);
    await expectIdle(world);
  });

  test.skipIf(skipWithout(findPostgres() !== undefined))('from PostgreSQL into PostgreSQL', async () => {
    await using cluster = await startPostgres({ fsync: 'off' });
    for (const name of ['source', 'target']) await cluster.administer(`create database ${name} owner ${TEST_ROLE}`);
    const plan = { users: 60, groups: 16, preset: 'guide', rules: 'strict', flag: false, seed: 13 } as const;
    const databaseUrls = { source: cluster.urlOf('source'), target: cluster.urlOf('target') };
    await using world = await openProvisioningWorld({ ...plan, databaseUrls });
    expect(await world.disturbedCycle({ kills: 2, restarts: 0, requestsMax: 40, seed: 5 })).toMatchObject({ kills: 2 });
    await expectAllThere(world, plan);
    await world.entra('tenant', 'change', '--count', '30', '--seed', '23');
    await expectEqualSoon(world);
    await expectIdle(world);
  });
});

/** Provisioning is on until a cycle is complete; what the job says of it. */
async function servedCycle({ entra }: ProvisioningWorld): Promise<object> {
  const last = async () => ((await entra('cycle', 'status')) as StoredJob).status.lastExecution;
  const before = await last();
  await entra('cycle', 'start');
  for (;;) {
    await sleep(POLL_MS);
    const execution = await last();
    if (execution !== null && execution.activityIdentifier !== before?.activityIdentifier) {
      await entra('cycle', 'pause');
      return execution;
    }
  }
}

/** Everybody whose account is enabled is there, once, and as the mappings say; all groups are. */
async function expectAllThere(world: ProvisioningWorld, { users, groups }: ProvisioningPlan): Promise<void> {
  const { total, differences, compared, found } = await world.compare();
  expect({ total, differences }).toEqual({ total: 0, differences: [] });
  expect(found).toEqual(compared);
  expect(compared.Group).toBe(groups);
  expect(compared.User).toBeGreaterThan(users * 0.9);
  const created = { count: compared.User, objects: compared.User };
  expect(await world.events('user_create')).toEqual(created);
  expect(await world.events('group_create')).toEqual({ count: groups, objects: groups });
}

async function expectEqualSoon(world: ProvisioningWorld): Promise<void> {
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
async function expectIdle({ target, cycle }: ProvisioningWorld): Promise<void> {
  await target.requests();
  expect(await cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { imported: 0, exported: 0 } } });
  expect(await target.requests()).toMatchObject([
    { method: 'GET', path: '/scim/v2/Users', status: 200 },
    { method: 'GET', path: '/scim/v2/Groups', status: 200 },
  ]);
}
