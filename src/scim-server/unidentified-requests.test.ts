import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey, markRevoked } from '#admins/api-key-store.ts';
import { listUnidentifiedRequests } from '#audit/unidentified-request-store.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import { createFleet } from '#shards/fleet.ts';
import { newRequestId } from '#base/request-ids.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { scimServer } from './plugin.ts';

let directory: TestDirectory;
const valid = newApiKey();
const revoked = newApiKey();
beforeAll(async () => {
  directory = await openTestDirectory('strict');
  const { deps, caller } = directory;
  const { organizationId, integration } = caller.origin;
  const owner = { kind: 'integration', integrationId: integration?.id ?? '' } as const;
  const insert = async (key: string) =>
    await insertApiKey(deps.database, deps.clock, {
      organizationId,
      owner,
      name: key.slice(4, 9),
      key,
      expiresAt: null,
    });
  await insert(valid);
  await markRevoked(deps.database, organizationId, await insert(revoked), deps.clock.now());
});
afterAll(() => directory[Symbol.asyncDispose]());

let requests = 0;

/** Sends a request with these headers, closes the server, and returns what was noted about the request. */
async function notedOf(headers: Record<string, string>, path = '/scim/v2/Users') {
  const { deps, clock } = directory;
  clock.advance(1_000);
  // Each request has a different address, because equal requests from one address share a note.
  requests += 1;
  const address = `203.0.113.${requests}`;
  const app = fastify({ logger: false, genReqId: () => newRequestId(clock.now()) });
  const tenants = new TenantRouter(deps, createFleet(deps.clock, deps.database));
  await app.register(scimServer, { prefix: '/scim/v2', deps, tenants, publicUrl: () => 'http://x' });
  const { statusCode } = await app.inject({ url: path, headers, remoteAddress: address });
  await app.close();
  const notes = await listUnidentifiedRequests(deps.database, clock.now());
  return {
    statusCode,
    address,
    notes: notes.map((note) => [note.address, note.reason, note.prefix, note.requests]),
  };
}

const another = newApiKey();
const foreign = 'hunter2-the-secret-of-something-else-and-long-enough';

test.each([
  ['no key', {}, 'keyMissing', ''],
  ['a key without Bearer', { authorization: valid }, 'keyWithoutBearer', ''],
  ['an unknown string without Bearer', { authorization: foreign }, 'keyWithoutBearer', ''],
  ['Basic authentication', { authorization: `Basic ${btoa(`ann:${foreign}`)}` }, 'schemeUnsupported', ''],
  ['an unknown word in place of the scheme', { authorization: `hunter ${foreign}` }, 'schemeUnsupported', ''],
  ['two words after Bearer', { authorization: `Bearer ${foreign} ${foreign}` }, 'keyMalformed', ''],
  ['an unknown string after Bearer', { authorization: `Bearer ${foreign}` }, 'keyMistyped', ''],
  ['an unknown string in x-api-key', { 'x-api-key': foreign }, 'keyMistyped', ''],
  ['a truncated key', { authorization: `Bearer ${valid.slice(0, -3)}` }, 'keyMistyped', valid.slice(0, 10)],
  ['a key of another directory', { authorization: `Bearer ${another}` }, 'keyOfAnother', another.slice(0, 10)],
] as const)(
  'a SCIM request with %s is recorded once as unidentified, without its credential',
  async (_what, headers, reason, prefix) => {
    const { statusCode, address, notes } = await notedOf(headers);
    expect(statusCode).toBe(401);
    expect(notes).toEqual([[address, reason, prefix, 1]]);
    const stored = JSON.stringify(
      await directory.deps.database.selectFrom('unidentified_requests').selectAll().execute(),
    );
    for (const secret of ['hunter', 'secret-of', btoa(`ann:${foreign}`), valid.slice(0, 11), another.slice(0, 11)]) {
      expect(stored).not.toContain(secret);
    }
  },
);

test.each([
  ['a valid key', { authorization: `Bearer ${valid}` }, '/scim/v2/Users', 200],
  [
    'a revoked key, which is recorded as an event of its organization,',
    { authorization: `Bearer ${revoked}` },
    '/scim/v2/Users',
    401,
  ],
  ['an expired access token', { authorization: `Bearer ${newToken('access')}` }, '/scim/v2/Users', 401],
  ['no key for a route that does not need one', {}, '/scim/v2/ServiceProviderConfig', 200],
] as const)('a SCIM request with %s is not recorded as unidentified', async (_what, headers, path, status) => {
  expect(await notedOf(headers, path)).toMatchObject({ statusCode: status, notes: [] });
});
