import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashApiKey } from '#admins/api-key.ts';
import { findKeyByHash, markRevoked } from '#admins/api-key-store.ts';
import { findIntegration, updateRules } from '#integrations/integration-store.ts';
import { LAST_USE_PRECISION_MS } from '#access/credentials.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const record = async () => {
  const found = await findKeyByHash(server.directory.deps.database, hashApiKey(server.key));
  if (found === undefined) throw new Error('the key of the test is there');
  return found;
};

test('the last use of a key is stored at most once a minute, but a change of the Tenant URL flag is stored at once', async () => {
  const { clock, deps } = server.directory;
  const flagged = async () => {
    const { organizationId, integrationId } = await record();
    return (await findIntegration(deps.database, organizationId, integrationId))?.lastRequestFlagged;
  };
  const first = clock.now().getTime();
  await server.send('GET', '/Users');
  expect((await record()).lastUsedAt).toBe(first);
  clock.advance(LAST_USE_PRECISION_MS - 1);
  await server.send('GET', '/Users');
  expect((await record()).lastUsedAt).toBe(first);
  expect(await flagged()).toBe(false);
  await server.send('GET', '/Users?aadOptscim062020');
  expect(await flagged()).toBe(true);
  clock.advance(LAST_USE_PRECISION_MS);
  await server.send('GET', '/Users?aadOptscim062020');
  expect((await record()).lastUsedAt).toBe(clock.now().getTime());
});

test('a change to the rules and the revocation of a key take effect with the next request, despite the cache', async () => {
  const { deps, caller } = server.directory;
  const { database } = deps;
  const { id, organizationId, integrationId } = await record();
  expect((await server.send('GET', '/Groups')).body.totalResults).toBe(0);
  expect((await server.send('POST', '/Groups', { displayName: 'Staff' })).status).toBe(201);
  await updateRules(database, integrationId ?? '', { ...caller.rules, groups: false });
  expect((await server.send('POST', '/Groups', { displayName: 'Others' })).status).toBe(501);
  await markRevoked(database, organizationId, id, deps.clock.now());
  expect((await server.send('GET', '/Users')).status).toBe(401);
});
