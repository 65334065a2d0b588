import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { StoredJob } from '#entra/application/job.ts';
import { expectAllProvisioned, expectEqualSoon, expectIdle } from '../support/expect-provisioned.ts';
import { openProvisioningWorld, type ProvisioningWorld } from '../support/provisioning.ts';

const POLL_MS = 50;

test('a tenant is provisioned by the cycles of a running server with the entra preset and without aadOptscim062020', async () => {
  const plan = { users: 60, groups: 10, preset: 'entra', rules: 'standard', flag: false, seed: 12 } as const;
  await using world = await openProvisioningWorld({ ...plan, settings: ['membersPerPatch=20'] });
  expect(await servedCycle(world)).toMatchObject({ state: 'Succeeded', countImportedDeltas: 0 });
  await expectAllProvisioned(world, plan);
  await world.entra('tenant', 'change', '--count', '25', '--seed', '22');
  expect(await servedCycle(world)).toMatchObject({ countImported: 0, countImportedDeltas: expect.any(Number) });
  await expectEqualSoon(world);
  await expectIdle(world);
});

/** Turns provisioning on, and off again after one cycle has ended. Returns the result of that cycle, as in the status of the job. */
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
