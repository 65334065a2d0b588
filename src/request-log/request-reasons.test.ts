import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { openTestRestApi, type TestRestApi } from '#rest-api/rest-api.fixture.ts';
import { withSchemas } from '../../tests/support/with-schemas.ts';

let api: TestRestApi;

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  const key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: api.organizationId,
    owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
    name: 'test',
    key,
    expiresAt: null,
  });
  const emails = [{ type: 'work', value: 'ann@contoso.example', primary: true }];
  for (const user of [
    { userName: 'ann', emails },
    { userName: 'ann', emails: [{ ...emails[0], value: 'other@contoso.example' }] },
    { userName: 'other', emails },
    { userName: 'carl' },
    { userName: 'dora' },
    { userName: 'eve', emails: [{ ...emails[0], value: 'eve' }] },
  ]) {
    api.directory.clock.advance(1_000);
    const headers = { authorization: `Bearer ${key}` };
    await api.send('POST', '/scim/v2/Users', withSchemas('POST', '/Users', user), headers);
  }
});
afterAll(() => api[Symbol.asyncDispose]());

test.for<[query: string, names: readonly string[]]>([
  ['reason=emailRequired', ['dora', 'carl']],
  ['reason=emailMissing', ['dora', 'carl']],
  ['reason=emailMissing&person=carl', ['carl']],
  ['reason=emailMissing&outcome=accepted', []],
  ['reason=emailMalformed', ['eve']],
  // A reason of several errors.
  ['reason=valuesTaken', ['other', 'ann']],
  ['reason=userNameTaken', ['ann']],
  ['reason=memberCycle', []],
])(
  'finds with %s the refused requests, by the code of the error or the finer one of the reason',
  async ([query, names]) => {
    const { body } = await api.send('GET', `/api/requests?${query}`);
    expect(body.results.map(({ name }: { name: string }) => name)).toEqual(names);
  },
);

test.for(['/api/requests', '/api/events', '/api/people'])('%s refuses a reason that is not known', async (path) => {
  const { status, body } = await api.send('GET', `${path}?reason=emailMising`);
  expect([status, body.message]).toEqual([400, expect.stringContaining('Did you mean emailMissing?')]);
});
