import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { UNIDENTIFIED_SHOWN_DAYS } from '#access/unidentified-senders.ts';
import { noteUnidentifiedRequests, type UnidentifiedRequest } from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
/** The first characters of a key of the organization. */
let prefix: string;
beforeAll(async () => {
  api = await openTestRestApi();
  const { body } = await api.send('GET', '/api/integrations');
  const created = await api.send('POST', `/api/integrations/${body[0].id}/tokens`, { name: 'T', expiresInDays: null });
  prefix = created.body.prefix;
});
afterAll(() => api[Symbol.asyncDispose]());

const note = async (request: Partial<UnidentifiedRequest>) => {
  const { database, clock } = api.directory.deps;
  const noted = { address: '203.0.113.7', reason: 'keyMistyped', prefix: '', ...request };
  await noteUnidentifiedRequests(database, noted, { requests: 1, last: clock.now(), rowsMax: 10 });
};
const shown = async (key = api.key) =>
  (await api.send('GET', '/api/requests/unidentified', undefined, { 'x-api-key': key })).body.results;

test('an organization that is alone on its server sees all requests without a known key, with the reason', async () => {
  expect(await shown()).toEqual([]);
  await note({ reason: 'keyMissing' });
  await note({ prefix });
  const now = api.directory.deps.clock.now().toISOString();
  const times = { firstSeenAt: now, lastSeenAt: now };
  expect(await shown()).toEqual([
    {
      address: '203.0.113.7',
      reason: 'keyMissing',
      reasonText: expect.stringMatching(/^The request has no key\. .*Secret Token/),
      prefix: null,
      requests: 1,
      ...times,
    },
    expect.objectContaining({ reason: 'keyMistyped', prefix, requests: 1, ...times }),
  ]);
});

test('an organization among several sees only requests whose key begins like one of its keys', async () => {
  const { deps } = api.directory;
  const other = await insertOrganization(deps.database, deps.clock, 'Other');
  const rules = presetRules('strict');
  await insertIntegration(deps.database, deps.clock, { organizationId: other.id, name: 'Entra ID', rules });
  await note({ prefix: newApiKey().slice(0, prefix.length) });
  expect((await shown()).map((sender: { prefix: string }) => sender.prefix)).toEqual([prefix]);
  expect(await shown(await api.keyOf('Manager', other.id))).toEqual([]);
});

test('requests are shown for a day', async () => {
  const { clock } = api.directory;
  clock.advance(UNIDENTIFIED_SHOWN_DAYS * DAY_MS);
  expect(await shown()).toHaveLength(1);
  clock.advance(1);
  expect(await shown()).toEqual([]);
});

test('a role that cannot read requests cannot read these either', async () => {
  const headers = { 'x-api-key': await api.keyOf('Help Desk') };
  expect((await api.send('GET', '/api/requests/unidentified', undefined, headers)).status).toBe(403);
});
