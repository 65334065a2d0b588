import { expect, test } from 'vitest';
import { expectAllProvisioned, expectEqualSoon, expectIdle } from '../support/expect-provisioned.ts';
import { startPostgres, TEST_ROLE, postgresUnavailableReason } from '../support/postgres-cluster.ts';
import { openProvisioningWorld } from '../support/provisioning.ts';
import { skipWithout } from '../support/skip-without.ts';

test.skipIf(skipWithout(postgresUnavailableReason()))(
  'a tenant is provisioned when both the source and the target use PostgreSQL',
  async () => {
    await using cluster = await startPostgres({ fsync: 'off' });
    for (const name of ['source', 'target']) await cluster.administer(`create database ${name} owner ${TEST_ROLE}`);
    const plan = { users: 40, groups: 10, preset: 'guide', rules: 'strict', flag: false, seed: 13 } as const;
    const databaseUrls = { source: cluster.urlOf('source'), target: cluster.urlOf('target') };
    await using world = await openProvisioningWorld({ ...plan, databaseUrls });
    expect(await world.disturbedCycle({ kills: 2, restarts: 0, requestsMax: 30, seed: 5 })).toMatchObject({ kills: 2 });
    await expectAllProvisioned(world, plan);
    await world.entra('tenant', 'change', '--count', '20', '--seed', '23');
    await expectEqualSoon(world);
    await expectIdle(world);
  },
);
