import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGroup } from '#directory/groups.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/api/v2/usergroups';
const makeGroup = async (name: string, more: object = {}) => {
  const created = await api.send('POST', base, { name, ...more });
  expect(created.status, created.text).toBe(201);
  return created.body;
};
const makeUser = async (username: string) =>
  (await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` })).body;
const members = async (id: string, op: string, memberId: string, type = 'user') =>
  await api.send('POST', `${base}/${id}/members`, { op, type, id: memberId });
const scimGroup = async (id: string) => (await api.send('GET', `/scim/v2/Groups/${id}`)).body;

describe('a group', () => {
  test('can be created, changed, renamed and deleted, and cannot have a blank name or the name of another group', async () => {
    const attributes = { radius: { reply: [{ name: 'Tunnel-Type', value: 'VLAN' }] }, sudo: { enabled: true } };
    const group = await makeGroup('Staff', { description: 'All', email: 'staff@example.com', attributes });
    expect(group).toMatchObject({ name: 'Staff', type: 'user_group', description: 'All', attributes });
    expect((await api.send('PUT', `${base}/${group.id}`, group)).body).toEqual(group);
    const changed = await api.send('PUT', `${base}/${group.id}`, { name: 'People', attributes: {}, email: '' });
    expect(changed.body).toMatchObject({ name: 'People', description: 'All', email: '', attributes: {} });
    expect((await scimGroup(group.id)).displayName).toBe('People');
    await makeGroup('Taken');
    for (const name of ['Taken', 'TAKEN']) {
      const refused = await api.send('PATCH', `${base}/${group.id}`, { name });
      expect(refused).toMatchObject({ status: 409, body: { status: 'ALREADY_EXISTS', error_code: 'groupNameTaken' } });
    }
    expect((await api.send('POST', base, { name: 'people' })).status).toBe(409);
    for (const name of [' ', '\u00a0\t']) {
      expect((await api.send('POST', base, { name })).status).toBe(400);
      expect((await api.send('PUT', `${base}/${group.id}`, { name })).status).toBe(400);
    }
    expect((await api.send('DELETE', `${base}/${group.id}`)).status).toBe(200);
    expect((await api.send('GET', `${base}/${group.id}`)).status).toBe(404);
  });

  test('is accepted at each limit and refused just past it', async () => {
    const reply = (count: number) => ({
      radius: { reply: Array.from({ length: count }, () => ({ name: 'n', value: 'v' })) },
    });
    for (const [body, status] of [
      [{ name: 'n'.repeat(1_024) }, 201],
      [{ name: 'n'.repeat(1_025) }, 400],
      [{ name: '' }, 400],
      [{ name: 'd1', description: 'd'.repeat(1_024) }, 201],
      [{ name: 'd2', description: 'd'.repeat(1_025) }, 400],
      [{ name: 'r1', attributes: reply(100) }, 201],
      [{ name: 'r2', attributes: reply(101) }, 400],
      [{ name: 's1', membershipMethod: 'STATIC', memberQuery: null }, 201],
      [{ name: 's2', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: { queryType: 'Filter' } }, 400],
    ] as const) {
      expect((await api.send('POST', base, body)).status, JSON.stringify(body).slice(0, 50)).toBe(status);
    }
  });

  test('is listed in a bare array, which can be filtered, sorted and paged', async () => {
    for (const name of ['List B', 'List A', 'List C, D']) await makeGroup(name);
    const names = async (query: string) => {
      const answer = await api.send('GET', `${base}?${encodeURI(query)}`);
      expect(Array.isArray(answer.body), answer.text).toBe(true);
      return [answer.headers['x-total-count'], ...answer.body.map(({ name }: { name: string }) => name)];
    };
    expect(await names('filter=name:eq:List A')).toEqual(['1', 'List A']);
    expect(await names('filter=name:eq:List C, D')).toEqual(['1', 'List C, D']);
    expect(await names('filter=name:eq:List*&sort=-name&limit=2')).toEqual(['3', 'List C, D', 'List B']);
    expect(await names('filter=name:search:ist a,type:eq:user_group')).toEqual(['1', 'List A']);
    expect(await names('filter=name:eq:List*&sort=name&skip=2&limit=1&fields=name')).toEqual(['3', 'List C, D']);
    expect((await api.send('GET', `${base}?filter=color:eq:x`)).status).toBe(400);
    expect((await api.send('GET', `${base}?sort=color`)).status).toBe(400);
  });
});

describe('membership', () => {
  test('is changed for one member per request, idempotently, and only if the member exists', async () => {
    const group = await makeGroup('Members');
    const user = await makeUser('mem');
    for (const op of ['add', 'add', 'update']) expect((await members(group.id, op, user._id)).status).toBe(204);
    expect((await members(group.id, 'add', 'nobody')).status).toBe(404);
    expect((await members(group.id, 'add', group.id)).status).toBe(404);
    expect((await members('nothing', 'add', user._id)).status).toBe(404);
    expect((await members(group.id, 'replace', user._id)).status).toBe(400);
    expect((await api.send('GET', `${base}/${group.id}/members`)).body).toEqual([
      {
        attributes: null,
        from: { attributes: null, id: group.id, type: 'user_group' },
        to: { attributes: null, id: user._id, type: 'user' },
      },
    ]);
    expect((await scimGroup(group.id)).members).toMatchObject([{ value: user._id }]);
    for (const op of ['remove', 'remove']) expect((await members(group.id, op, user._id)).status).toBe(204);
    expect((await api.send('GET', `${base}/${group.id}/members`)).body).toEqual([]);
  });

  test('through nested groups is listed with the path through these groups', async () => {
    const [outer, inner] = [await makeGroup('Outer'), await makeGroup('Inner')];
    const user = await makeUser('nest');
    expect((await members(outer.id, 'add', inner.id, 'user_group')).status).toBe(204);
    expect((await members(inner.id, 'add', user._id)).status).toBe(204);
    expect((await members(inner.id, 'add', outer.id, 'user_group')).body.error_code).toBe('memberCycle');
    const edge = (id: string, type: string) => ({ attributes: null, to: { attributes: null, id, type } });
    expect((await api.send('GET', `${base}/${outer.id}/membership`)).body).toEqual([
      {
        id: user._id,
        type: 'user',
        compiledAttributes: {},
        paths: [[edge(inner.id, 'user_group'), edge(user._id, 'user')]],
      },
    ]);
    const memberof = await api.send('GET', `/api/v2/users/${user._id}/memberof`);
    expect(memberof.headers['x-total-count']).toBe('2');
    expect(memberof.body).toMatchObject([
      { id: inner.id, type: 'user_group', direct: true, paths: [[edge(inner.id, 'user_group')]] },
      { id: outer.id, direct: false, paths: [[edge(inner.id, 'user_group'), edge(outer.id, 'user_group')]] },
    ]);
    expect((await api.send('GET', `/api/v2/users/${user._id}/memberof?skip=1&limit=1`)).body).toHaveLength(1);
    // A deleted user is no longer a member.
    await api.send('DELETE', `/api/systemusers/${user._id}`);
    expect((await api.send('GET', `${base}/${outer.id}/membership`)).body).toEqual([]);
  });
});

describe('a group that belongs to an integration', () => {
  test('cannot be changed until its fields are released, and the error names the integration', async () => {
    const { deps, caller } = api.directory;
    const pushed = await createGroup(deps, caller, { document: { displayName: 'Pushed' }, ignored: [] });
    const path = `${base}/${pushed.id}`;
    const user = await makeUser('rel');
    const shown = (await api.send('GET', path)).body;
    expect(shown.restrictedFields).toEqual([
      { field: 'name', id: pushed.integrationId, type: 'scim' },
      { field: 'members', id: pushed.integrationId, type: 'scim' },
    ]);
    expect((await api.send('PUT', path, { ...shown, description: 'Ours' })).body.description).toBe('Ours');
    for (const refused of [
      await api.send('PUT', path, { name: 'Renamed' }),
      await members(pushed.id, 'add', user._id),
      await api.send('DELETE', path),
    ]) {
      expect(refused).toMatchObject({ status: 403, body: { error_code: 'fieldOwned' } });
      expect(refused.body.message).toContain('Entra ID');
    }
    const keepsName = { restrictedFields: [{ field: 'name' }] };
    expect((await api.send('PATCH', path, keepsName)).body.restrictedFields).toMatchObject([{ field: 'name' }]);
    expect((await members(pushed.id, 'add', user._id)).status).toBe(204);
    expect((await api.send('PUT', path, { name: 'Renamed' })).status).toBe(403);
    expect((await api.send('PUT', path, { name: 'Renamed', restrictedFields: [] })).body.name).toBe('Renamed');
    expect(
      (await api.send('PATCH', path, { restrictedFields: shown.restrictedFields })).body.restrictedFields,
    ).toHaveLength(2);
    expect((await members(pushed.id, 'remove', user._id)).status).toBe(403);
    expect((await api.send('PATCH', path, { restrictedFields: [] })).status).toBe(200);
    expect((await api.send('DELETE', path)).status).toBe(200);
  });
});
