import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite } from '../../tests/support/on-sqlite.ts';
import { listEvents } from '#audit/event-store.ts';
import { isObject } from '#base/json.ts';
import { restoreUser } from '#directory/trash.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const create = async (path: '/Users' | '/Groups', body: unknown): Promise<string> => {
  const answer = await server.send('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};
const membersOf = async (id: string) => (await server.send('GET', `/Groups/${id}`)).body.members ?? [];
const patchMembers = (id: string, operation: unknown) =>
  server.send('PATCH', `/Groups/${id}?attributes=members`, { Operations: [operation] });

const setRule = async (unknownMembers: 'refuse' | 'defer') => {
  const { caller, deps } = server.directory;
  await updateRules(deps.database, caller.origin.integration?.id ?? '', { ...caller.rules, unknownMembers });
};

describeOnSqlite.for(['refuse', 'defer'] as const)(
  'a member without a value, under the rule unknownMembers=%s',
  (rule) => {
    let id: string;
    let member: string;

    beforeAll(async () => {
      await setRule(rule);
      member = await create('/Users', { userName: `kept-${rule}@contoso.example` });
      id = await create('/Groups', { displayName: `Kept ${rule}`, members: [{ value: member }] });
    });
    afterAll(() => setRule('refuse'));

    const put = (members: unknown) =>
      ({ method: 'PUT', path: `/Groups/${id}`, data: { displayName: `Kept ${rule}`, members } }) as const;
    const patch = (operation: object) =>
      ({ method: 'PATCH', path: `/Groups/${id}`, data: { Operations: [operation] } }) as const;

    test('is refused by POST, PUT, PATCH and Bulk, leaves the group unchanged, and is recorded as an event', async () => {
      const elements = [
        null,
        '',
        {},
        { value: null },
        { value: '' },
        { value: ' ' },
        { display: 'Ann' },
        { type: 'User' },
      ];
      for (const element of elements) {
        const operations = [
          { method: 'POST', path: '/Groups', data: { displayName: 'New', members: [element] } } as const,
          put([element]),
          put([{ value: member }, element]),
          patch({ op: 'add', path: 'members', value: [element] }),
          patch({ op: 'replace', path: 'members', value: [element] }),
          patch({ op: 'replace', value: { members: [element] } }),
        ];
        for (const { method, path, data } of operations) {
          const answer = await server.send(method, path, data);
          expect(answer, `${method} ${JSON.stringify(data)}`).toMatchObject({
            status: 400,
            body: { scimType: 'invalidValue' },
          });
          expect(answer.body.detail).toContain('members');
        }
        const Operations = operations.map((operation, index) => ({ ...operation, bulkId: `b${index}` }));
        const bulk = await server.send('POST', '/Bulk', { Operations });
        for (const one of bulk.body.Operations) {
          expect(one, JSON.stringify(element)).toMatchObject({ status: '400', response: { scimType: 'invalidValue' } });
        }
      }
      const after = (await server.send('GET', `/Groups/${id}`)).body;
      expect(after).toMatchObject({ members: [{ value: member }], meta: { version: 'W/"1"' } });
      const events = await listEvents(server.directory.deps.database, { type: 'request_refused', limit: 1_000 });
      // Most of the refusals share one event, which counts them.
      const counts = events.map(({ repeated }) => (isObject(repeated) ? Number(repeated['count']) : 1));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(elements.length * 5);
    });

    test('is refused in a remove operation, but the value of a user who is not a member is accepted', async () => {
      for (const value of ['', [], [null], [{}], [{ value: '' }], 'x']) {
        const answer = await patchMembers(id, { op: 'remove', path: 'members', value });
        expect(answer, JSON.stringify(value)).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      }
      const gone = await patchMembers(id, { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'gone' }] });
      expect(gone.status).toBe(200);
      expect(await membersOf(id)).toMatchObject([{ value: member }]);
      const removed = await patchMembers(id, { op: 'remove', path: 'members', value: member });
      expect(removed.status).toBe(200);
      expect(await membersOf(id)).toEqual([]);
    });
  },
);

describe('members that do not exist yet, under the rule unknownMembers=defer,', () => {
  beforeAll(() => setRule('defer'));
  afterAll(() => setRule('refuse'));

  test('are shown as sent, found by filters, kept by PUT, and removed like other members', async () => {
    const id = await create('/Groups', { displayName: 'Waiting', members: [{ value: 'Later@Contoso.example' }] });
    expect(await membersOf(id)).toEqual([{ value: 'Later@Contoso.example' }]);
    const found = await server.send('GET', '/Groups?filter=members.value+eq+%22Later%40Contoso.example%22');
    expect(found.body.totalResults).toBe(1);
    expect((await server.send('GET', '/Groups?filter=members[type+eq+%22User%22]')).body.totalResults).toBe(0);
    const put = await server.send('PUT', `/Groups/${id}`, {
      displayName: 'Waiting',
      members: [{ value: 'Later@Contoso.example' }, { value: 'other' }],
    });
    expect(put.body.members).toHaveLength(2);
    await patchMembers(id, { op: 'remove', path: 'members[value eq "other"]' });
    await patchMembers(id, { op: 'remove', path: 'members[type eq "User"]' });
    expect(await membersOf(id)).toEqual([{ value: 'Later@Contoso.example' }]);
  });

  test.for([
    ['userName (in any letter case)', 'ANN@contoso.example', { userName: 'ann@contoso.example' }],
    ['externalId', 'e-17', { userName: 'bea@contoso.example', externalId: 'e-17' }],
  ] as const)('become members when a user with that %s is created', async ([, sent, user]) => {
    const id = await create('/Groups', { displayName: `Of ${sent}`, members: [{ value: sent }] });
    const before = await server.send('GET', `/Groups/${id}`);
    const userId = await create('/Users', user);
    const after = await server.send('GET', `/Groups/${id}`);
    expect(after.body.members).toEqual([
      { value: userId, type: 'User', display: user.userName, $ref: `http://x/scim/v2/Users/${userId}` },
    ]);
    expect(after.body.meta.version).not.toBe(before.body.meta.version);
    expect((await server.send('GET', `/Users/${userId}`)).body.groups).toMatchObject([{ value: id, type: 'direct' }]);
    const [event] = await listEvents(server.directory.deps.database, { target: id, limit: 1 });
    expect(event).toMatchObject({
      event_type: 'group_update',
      changes: [{ field: 'members', from: [sent], to: [userId] }],
    });
  });

  test('become members when a user is renamed or restored', async () => {
    const userId = await create('/Users', { userName: 'cid@contoso.example' });
    const renamed = await create('/Groups', { displayName: 'Renamed', members: [{ value: 'cyd@contoso.example' }] });
    await server.send('PATCH', `/Users/${userId}`, {
      Operations: [{ op: 'replace', path: 'userName', value: 'cyd@contoso.example' }],
    });
    expect(await membersOf(renamed)).toMatchObject([{ value: userId, type: 'User' }]);
    await server.send('DELETE', `/Users/${userId}`);
    const restored = await create('/Groups', { displayName: 'Restored', members: [{ value: userId }] });
    expect(await membersOf(restored)).toEqual([{ value: userId }]);
    await restoreUser(server.directory.deps, server.directory.caller.origin, userId);
    expect(await membersOf(restored)).toMatchObject([{ value: userId, type: 'User' }]);
    expect(await membersOf(renamed)).toMatchObject([{ value: userId, type: 'User' }]);
  });

  test('stay unresolved if they are groups that would close a cycle', async () => {
    const outer = await create('/Groups', { displayName: 'Outer', members: [{ value: 'inner-1' }] });
    const inner = await create('/Groups', {
      displayName: 'Inner',
      externalId: 'inner-1',
      members: [{ value: outer }],
    });
    expect(await membersOf(outer)).toEqual([{ value: 'inner-1' }]);
    expect(await membersOf(inner)).toMatchObject([{ value: outer, type: 'Group' }]);
    await patchMembers(inner, { op: 'remove', path: 'members' });
    await server.send('PATCH', `/Groups/${inner}`, {
      Operations: [{ op: 'replace', path: 'externalId', value: 'inner-2' }],
    });
    await server.send('PATCH', `/Groups/${inner}`, {
      Operations: [{ op: 'replace', path: 'externalId', value: 'inner-1' }],
    });
    expect(await membersOf(outer)).toMatchObject([{ value: inner, type: 'Group' }]);
  });

  test('are never resolved to a user of another organization', async () => {
    const id = await create('/Groups', { displayName: 'Ours', members: [{ value: 'stranger@contoso.example' }] });
    await using other = await openTestScimServer();
    await other.send('POST', '/Users', { userName: 'stranger@contoso.example' });
    expect(await membersOf(id)).toEqual([{ value: 'stranger@contoso.example' }]);
  });
});

describe('paging through the members of one group', () => {
  const COUNT = 25;
  let id: string;
  let ids: readonly string[];

  beforeAll(async () => {
    const created = [];
    for (let index = 0; index < COUNT; index += 1) {
      created.push(await create('/Users', { userName: `page${index}@contoso.example`, displayName: `Page ${index}` }));
    }
    const nested = await create('/Groups', { displayName: 'Nested' });
    ids = [...created, nested].toSorted((one, other) => (one < other ? -1 : 1));
    id = await create('/Groups', { displayName: 'Paged', members: ids.map((value) => ({ value })) });
  });

  const page = async (filter: string, count?: number) => {
    const query = `attributes=${encodeURIComponent(`displayName,members[${filter}]`)}`;
    const answer = await server.send('GET', `/Groups/${id}?${query}${count === undefined ? '' : `&count=${count}`}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return (answer.body.members ?? []).map((member: { value: string }) => member.value);
  };

  test('returns all members if each page starts after the last value of the previous page', async () => {
    const seen: string[] = [];
    for (let last = ''; ; last = seen.at(-1) ?? '') {
      const values = await page(`value gt "${last}"`, 10);
      seen.push(...values);
      if (values.length < 10) break;
    }
    expect(seen).toEqual(ids);
  });

  test('accepts any filter on members', async () => {
    expect(await page(`value eq "${ids[3]}"`)).toEqual([ids[3]]);
    expect(await page('type eq "Group"')).toHaveLength(1);
    expect(await page('display sw "page 1"')).toHaveLength(11);
    expect(await page('value eq "nobody"')).toEqual([]);
    expect(await page('value gt ""', 0)).toEqual([]);
  });

  test('uses a filter that also works in a list of groups and on the email addresses of a user', async () => {
    const attributes = encodeURIComponent(`members[value eq "${ids[0]}"]`);
    const list = await server.send('GET', `/Groups?filter=displayName+eq+%22Paged%22&attributes=${attributes}`);
    expect(list.body.Resources[0]?.members, JSON.stringify(list.body)).toHaveLength(1);
    const userId = await create('/Users', {
      userName: 'mails@contoso.example',
      emails: [
        { type: 'work', value: 'a,b"@contoso.example' },
        { type: 'home', value: 'home@contoso.example' },
      ],
    });
    const wanted = encodeURIComponent('emails[value eq "a,b\\"@contoso.example"],userName');
    const user = await server.send('GET', `/Users/${userId}?attributes=${wanted}`);
    expect(user.body).toMatchObject({ userName: 'mails@contoso.example', emails: [{ type: 'work' }] });
    expect(user.body.emails).toHaveLength(1);
  });

  test.for([
    ['members[value gt', 'invalidFilter'],
    ['members[nothing eq "x"]', 'invalidFilter'],
    ['members[value eq "x"] and displayName pr', 'invalidValue'],
  ])('refuses attributes=%s with %s', async ([attributes, scimType]) => {
    const answer = await server.send('GET', `/Groups/${id}?attributes=${encodeURIComponent(attributes ?? '')}`);
    expect(answer).toMatchObject({ status: 400, body: { scimType } });
    expect((await server.send('GET', `/Groups/${id}?count=many`)).status).toBe(400);
  });
});
