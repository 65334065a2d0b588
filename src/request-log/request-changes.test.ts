import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '#rest-api/live-listeners.fixture.ts';
import { openTestRestApi, type TestRestApi } from '#rest-api/rest-api.fixture.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { JsonObject } from '#base/json.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { withSchemas } from '../../tests/support/with-schemas.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let api: TestRestApi;
let token: string;

async function scim(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const sent = body === undefined ? undefined : withSchemas(method, path, body);
  api.directory.clock.advance(1_000);
  return await api.send(method, `/scim/v2${path}`, sent, { authorization: `Bearer ${token}` });
}

async function create(userName: string, more = {}): Promise<string> {
  const emails = [{ type: 'work', value: `${userName}@contoso.example`, primary: true }];
  return (await scim('POST', '/Users', { userName, emails, ...more })).body.id;
}

const patch = async (path: string, ...operations: readonly JsonObject[]) => {
  const { status, text } = await scim('PATCH', path, { Operations: operations });
  expect([200, 204], text).toContain(status);
};
const add = (...ids: readonly string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });
const replace = (path: string, value: string | boolean) => ({ op: 'replace', path, value });

/** Returns the sentences of the requests about a user or a group, oldest first. */
async function sentences(person: string): Promise<readonly string[]> {
  const { body, status, text } = await api.send('GET', `/api/requests?person=${encodeURIComponent(person)}`);
  expect(status, text).toBe(200);
  return body.results.map(({ sentence }: { readonly sentence: string }) => sentence).toReversed();
}

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  token = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
    name: 'test',
    key: token,
    expiresAt: null,
  });
});
afterAll(() => api[Symbol.asyncDispose]());

test('a request that changed a group says which members it added or removed, and the names before and after', async () => {
  const [ann, bob, cleo] = [
    await create('ann', { displayName: 'Ann' }),
    await create('bob', { displayName: 'Bob' }),
    await create('cleo'),
  ];
  const inner = (await scim('POST', '/Groups', { displayName: 'Inner' })).body.id;
  const { id } = (await scim('POST', '/Groups', { displayName: 'A' })).body;
  const path = `/Groups/${id}`;
  await patch(path, add(ann, bob, cleo));
  await patch(path, remove(ann));
  await patch(path, remove(ann));
  await patch(path, add(inner));
  await patch(path, replace('displayName', 'B'));
  await patch(path, replace('displayName', 'C'), remove(bob), add(ann));
  await scim('PUT', path, { displayName: 'C', members: [{ value: ann }, { value: cleo }] });
  const shown = await sentences(id);
  expect(shown).toEqual([
    'Create the group A → created',
    expect.stringMatching(/^Change the group A → added 3 members: (?:Ann|Bob|cleo), (?:Ann|Bob|cleo) and 1 other$/),
    'Change the group A → removed Ann',
    'Change the group A → no change',
    'Change the group A → added Inner',
    'Change the group B → renamed from A to B',
    expect.stringMatching(/^Change the group C → .*, and 2 other changes$/),
    'Replace the group C → removed Inner',
  ]);
  // The names are those of today, also of a user who was deleted; a user who was permanently removed has none.
  await scim('DELETE', `/Users/${ann}`);
  expect((await sentences(id))[2]).toBe('Change the group A → removed Ann');
});

test('a request that changed a user says the first change as a timeline does, without secrets', async () => {
  const boss = await create('boss', { displayName: 'Bea Boss' });
  const id = await create('dora', { title: 'Engineer' });
  const path = `/Users/${id}`;
  await patch(path, replace('title', 'Head'));
  await patch(path, { op: 'add', path: `${ENTERPRISE}:manager`, value: boss });
  await patch(path, replace(`${ENTERPRISE}:department`, 'Sales'), replace('nickName', 'Do'), replace('title', 'CTO'));
  await patch(path, replace('active', false));
  await patch(path, replace('password', 'a long passphrase, not a real one'));
  const shown = await sentences(id);
  expect(shown).toEqual([
    'Create dora → created',
    'Change dora → title: Engineer → Head',
    'Change dora → manager: nothing → Bea Boss',
    expect.stringMatching(/^Change dora → (?:title: Head → CTO|department: .*|nickname: .*), and 2 other changes$/),
    'Change dora → state: activated → suspended',
    expect.stringMatching(/^Change dora → password: changed/),
  ]);
  expect(shown.join()).not.toContain('passphrase');
  expect(shown.join()).not.toContain(SECRET_MASK);
  const timeline = (await api.send('GET', `/api/timeline?person=${id}`)).body;
  const texts = timeline.entries.flatMap(({ changes }: { changes: { text: string }[] }) =>
    changes.map(({ text }) => text),
  );
  for (const text of ['Title: Engineer → Head', 'Manager: nothing → Bea Boss', 'State: activated → suspended']) {
    expect(texts).toContain(text);
  }
});

test('each operation of a bulk request says what it changed, unless another one changed the same user', async () => {
  const [eva, finn] = [await create('eva'), await create('finn')];
  const operation = (id: string, value: string) => ({
    method: 'PATCH',
    path: `/Users/${id}`,
    data: withSchemas('PATCH', '/Users/x', { Operations: [replace('title', value)] }),
  });
  const { status, text } = await scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [operation(eva, 'One'), operation(finn, 'Two'), operation(finn, 'Three')],
  });
  expect(status, text).toBe(200);
  expect(await sentences(eva)).toContain('Change eva → title: nothing → One');
  expect(await sentences(finn)).toEqual(['Create finn → created', 'Change finn → changed', 'Change finn → changed']);
});

test('one request and its live update say the same as the list', async () => {
  const id = await create('gwen');
  const listener = await listen(api, '?kinds=requests');
  const chinese = await listen(api, '?kinds=requests&language=zh');
  await patch(`/Users/${id}`, replace('title', 'Head'));
  const { body } = await api.send('GET', `/api/requests?person=${id}&kind=patch`);
  const shown = await api.send('GET', `/api/requests/${encodeURIComponent(body.results[0].id)}`);
  const arrived = await listener.next();
  const inChinese = await chinese.next();
  listener.close();
  chinese.close();
  const list = await api.send('GET', `/api/requests?person=${id}&kind=patch`, undefined, {
    'x-api-key': api.key,
    'accept-language': 'zh-CN',
  });
  expect(inChinese.data).toEqual(list.body.results[0]);
  expect(inChinese.data.sentence).toContain('职务');
  const sentence = 'Change gwen → title: nothing → Head';
  expect([body.results[0].sentence, shown.body.sentence, arrived.data.sentence]).toEqual([
    sentence,
    sentence,
    sentence,
  ]);
});
