import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { createFleet } from '#shards/fleet.ts';
import { databaseFindings } from './health.ts';

const config = {
  dataDir: tmpdir(),
  databaseUrl: undefined,
  smtpUrl: undefined,
  mailFrom: 'tanhua@contoso.example',
  trustedProxies: [],
  radius: 'off' as const,
  radiusCertificatePath: undefined,
};

test('the checks run the same number of statements for one organization as for several', async () => {
  const observed: ObservedStatement[] = [];
  await using directory = await openTestDirectory('standard', { observe: (statement) => observed.push(statement) });
  const { database, clock } = directory.deps;
  const check = async () => {
    const before = observed.length;
    const fleet = createFleet(clock, database);
    const findings = await databaseFindings({ config, fleet, clock, isComplete: false });
    return { findings, statements: observed.length - before };
  };
  const add = async (name: string, email: string) => {
    const { organizationId, integration } = (await directory.newCaller(name)).origin;
    const owner = { kind: 'integration', integrationId: integration?.id ?? '' } as const;
    await insertApiKey(database, clock, { organizationId, owner, name, key: newApiKey(), expiresAt: null });
    await insertAdministrator(database, clock, { organizationId, email, name, role: 'Manager', passwordHash: null });
  };
  const alone = await check();
  await add('Reachable', 'ann@contoso.example');
  await add('Unreachable', 'admin@localhost');
  const together = await check();
  expect(together.statements).toBe(alone.statements);
  const details = (name: string) =>
    together.findings.filter(({ check: one }) => one === name).map(({ detail }) => detail);
  expect(details('keys')).toEqual(['2 valid']);
  expect(details('administrators')).toEqual([
    expect.stringMatching(/^no administrator of Entra ID, Unreachable receives/),
  ]);
});
