import { expect, test } from 'vitest';
import { expectAllProvisioned, expectEqualSoon, expectIdle } from '../support/expect-provisioned.ts';
import { openProvisioningWorld } from '../support/provisioning.ts';

test('a tenant is provisioned with aadOptscim062020 even if the engine is killed ten times and the target fails twice', async () => {
  const plan = { users: 90, groups: 12, preset: 'guide', rules: 'strict', flag: true, seed: 11 } as const;
  await using world = await openProvisioningWorld(plan);
  const disturbed = await world.disturbedCycle({ kills: 10, restarts: 2, requestsMax: 25, seed: 3 });
  expect(disturbed).toEqual({ kills: 10, restarts: 2 });
  // The next cycle retries the requests that were in flight when the target failed.
  await expectEqualSoon(world);
  await expectAllProvisioned(world, plan);
  await world.entra('tenant', 'change', '--count', '40', '--seed', '21');
  expect(await world.disturbedCycle({ kills: 2, restarts: 1, requestsMax: 15, seed: 4 })).toEqual({
    kills: 2,
    restarts: 1,
  });
  await expectEqualSoon(world);
  await expectIdle(world);
});
