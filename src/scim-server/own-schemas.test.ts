import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

const URN = 'urn:contoso:scim:schemas:extension:badges:2.0:User';
const badges = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id: URN,
  name: 'Badges',
  description: 'What opens the doors.',
  attributes: [
    { name: 'badgeId', type: 'string', description: 'The number on the badge.', caseExact: true },
    { name: 'level', type: 'integer' },
    { name: 'issued', type: 'dateTime' },
    { name: 'zones', type: 'string', multiValued: true },
    { name: 'pin', type: 'string', mutability: 'writeOnly', returned: 'never' },
    { name: 'serial', type: 'string', mutability: 'immutable' },
    { name: 'notes', type: 'string', returned: 'request' },
    {
      name: 'keys',
      type: 'complex',
      multiValued: true,
      subAttributes: [{ name: 'value', required: true }, { name: 'type' }, { name: 'primary', type: 'boolean' }],
    },
  ],
};

let server: TestScimServer;
let admin: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await openTestScimServer();
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const { id } = await insertAdministrator(deps.database, deps.clock, {
    organizationId,
    email: 'admin@localhost',
    name: 'Admin',
    role: 'Administrator',
    passwordHash: null,
  });
  const key = newApiKey();
  const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'admin', key, expiresAt: null });
  admin = { authorization: `Bearer ${key}` };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const define = (body: unknown) => server.send('POST', '/Schemas', body, admin);
const change = (body: { readonly id: string; readonly description?: string }) =>
  server.send('PUT', `/Schemas/${body.id}`, body, admin);
const search = async (filter: string) =>
  (await server.send('GET', `/Users?filter=${encodeURIComponent(filter)}&attributes=userName`)).body.Resources.map(
    (user: { userName: string }) => user.userName,
  );

describe('a custom schema of an organization', () => {
  test('can be added only by an administrator, is returned by discovery, and is recorded as an event', async () => {
    expect((await server.send('POST', '/Schemas', badges)).status).toBe(403);
    const added = await define(badges);
    expect(added).toMatchObject({ status: 201, body: { id: URN, name: 'Badges' } });
    expect(added.headers['location']).toBe(`http://x/scim/v2/Schemas/${URN}`);
    const schemas = (await server.send('GET', '/Schemas')).body;
    expect(schemas.Resources.map((schema: { id: string }) => schema.id)).toContain(URN);
    const shown = (await server.send('GET', `/Schemas/${URN.toUpperCase()}`)).body;
    expect(shown.attributes[0]).toEqual({
      name: 'badgeId',
      type: 'string',
      multiValued: false,
      description: 'The number on the badge.',
      required: false,
      caseExact: true,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
    const user = (await server.send('GET', '/ResourceTypes/User')).body;
    expect(user.schemaExtensions).toContainEqual({ schema: URN, required: false });
    const [event] = await listEvents(server.directory.deps.database, { type: 'schema_create', limit: 1 });
    expect(event).toMatchObject({ resource: { type: 'schema', id: URN }, initiated_by: { type: 'administrator' } });
    expect((await define(badges)).body).toMatchObject({ status: '409', scimType: 'uniqueness' });
  });

  test('has attributes that can be written, read, selected, filtered, and sorted like standard attributes', async () => {
    const created = await server.send('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', URN],
      userName: 'ann',
      [URN]: {
        badgeId: 'A-1',
        level: 3,
        issued: '2026-01-02T03:04:05Z',
        zones: ['north', 'South'],
        pin: '1234',
        serial: 's1',
        notes: 'left-handed',
        keys: [{ value: 'k1', type: 'door' }],
      },
    });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    expect(created.body.schemas).toContain(URN);
    expect(created.body[URN]).toEqual({
      badgeId: 'A-1',
      level: 3,
      issued: '2026-01-02T03:04:05.000Z',
      zones: ['north', 'South'],
      serial: 's1',
      keys: [{ value: 'k1', type: 'door' }],
    });
    await server.send('POST', '/Users', { userName: 'bob', [`${URN}:badgeId`]: 'B-1', [`${URN}:level`]: '7' });
    await server.send('POST', '/Users', { userName: 'cid' });
    expect(await search(`${URN}:badgeId eq "A-1"`)).toEqual(['ann']);
    expect(await search(`${URN}:badgeId eq "a-1"`)).toEqual([]);
    expect(await search(`${URN}:level gt 3`)).toEqual(['bob']);
    expect(await search(`${URN}:zones eq "SOUTH"`)).toEqual(['ann']);
    expect(await search(`${URN}:keys[type eq "door" and value eq "K1"]`)).toEqual(['ann']);
    expect(await search(`schemas eq "${URN}"`)).toEqual(['ann', 'bob']);
    expect(await search('badgeId pr')).toEqual(['ann', 'bob']);
    const sorted = await server.send('GET', `/Users?sortBy=${URN}:level&sortOrder=descending&attributes=userName`);
    expect(sorted.body.Resources.map((user: { userName: string }) => user.userName)).toEqual(['cid', 'bob', 'ann']);
    const only = await server.send('GET', `/Users/${created.body.id}?attributes=${URN}:notes,${URN}:keys.type`);
    expect(only.body[URN]).toEqual({ notes: 'left-handed', keys: [{ type: 'door' }] });
    const without = await server.send('GET', `/Users/${created.body.id}?excludedAttributes=${URN}`);
    expect(without.body).not.toHaveProperty([URN]);
  });

  test.for<[string, readonly object[]]>([
    ['with the flag', [{ op: 'replace', path: `${URN}:level`, value: 9 }]],
    ['without the flag', [{ op: 'Add', value: { [`${URN}:level`]: '9' } }]],
    ['by an object', [{ op: 'add', value: { [URN]: { level: 9 } } }]],
    ['with a dot before the attribute', [{ op: 'Replace', path: `${URN}.level`, value: '9' }]],
  ])('has attributes that Entra ID can patch in each of its notations: %s', async ([name, operations]) => {
    const { body } = await server.send('POST', '/Users', { userName: `patched ${name}`, [URN]: { level: 1 } });
    const patched = await server.send('PATCH', `/Users/${body.id}`, { Operations: operations });
    expect(patched.status, JSON.stringify(patched.body)).toBe(200);
    expect(patched.body[URN]).toEqual({ level: 9 });
    const removed = await server.send('PATCH', `/Users/${body.id}`, {
      Operations: [{ op: 'Remove', path: `${URN}:level` }],
    });
    expect(removed.body).not.toHaveProperty([URN]);
  });

  test.for([
    [{ [URN]: { level: 'high' } }, 'invalidValue'],
    [{ [URN]: { issued: 'yesterday' } }, 'invalidValue'],
    [{ [URN]: { keys: [{ type: 'door' }] } }, 'invalidValue'],
  ])('is enforced: %j is refused with %s', async ([body, scimType]) => {
    const answer = await server.send('POST', '/Users', { userName: 'wrong', ...(body as object) });
    expect(answer).toMatchObject({ status: 400, body: { scimType, detail: expect.stringContaining(URN) } });
  });

  test('can have immutable attributes, which PATCH does not change', async () => {
    const { body } = await server.send('POST', '/Users', { userName: 'serial', [URN]: { serial: 's2' } });
    const answer = await server.send('PATCH', `/Users/${body.id}`, {
      Operations: [{ op: 'replace', path: `${URN}:serial`, value: 's3' }],
    });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
  });

  test('can have multi-valued simple attributes; filters and paths call each element "value" (RFC 7643 §2.4)', async () => {
    const zones = `${URN}:zones`;
    const { body } = await server.send('POST', '/Users', { userName: 'zoe', [URN]: { zones: ['East', 'west'] } });
    for (const [filter, found] of [
      [`${zones}[value eq "EAST"]`, ['zoe']],
      [`${zones}[value sw "wes" and not (value eq "East")]`, ['zoe']],
      [`${zones}[value pr]`, ['ann', 'zoe']],
      [`${zones}[value eq "up"]`, []],
      [`${zones}.value eq "WEST"`, ['zoe']],
      [`${zones}.value pr`, ['ann', 'zoe']],
    ] as const) {
      expect(await search(filter), filter).toEqual(found);
    }
    const path = `/Users/${body.id}`;
    const selected = await server.send('GET', `${path}?attributes=${encodeURIComponent(`${zones}[value eq "east"]`)}`);
    expect(selected.body[URN]).toEqual({ zones: ['East'] });
    for (const [operation, expected] of [
      [{ op: 'replace', path: `${zones}[value eq "east"]`, value: 'North' }, ['North', 'west']],
      [{ op: 'replace', path: `${zones}[value eq "west"].value`, value: 'South' }, ['North', 'South']],
      [{ op: 'remove', path: `${zones}[value eq "NORTH"]` }, ['South']],
      [{ op: 'add', path: `${zones}[value eq "up"]`, value: 'Up' }, ['South', 'Up']],
      [{ op: 'replace', path: `${zones}.value`, value: ['a', 'A'] }, ['a']],
    ] as const) {
      const answer = await server.send('PATCH', path, { Operations: [operation] });
      expect(answer.body[URN], JSON.stringify(operation)).toEqual({ zones: expected });
    }
    const refused = { op: 'replace', path: `${zones}[value eq "down"]`, value: 'b' };
    const answer = await server.send('PATCH', path, { Operations: [refused] });
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'noTarget' } });
    await server.send('PATCH', path, { Operations: [{ op: 'remove', path: `${zones}.value` }] });
    expect((await server.send('GET', path)).body).not.toHaveProperty([URN]);
  });

  test('is not listed in "schemas" for a user whose only value in the custom schema is never returned', async () => {
    const { body } = await server.send('POST', '/Users', { userName: 'pinned', [URN]: { pin: '1234' } });
    const core = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    expect(body.schemas).toEqual(core);
    expect((await server.send('GET', `/Users/${body.id}?attributes=userName`)).body.schemas).toEqual(core);
    expect(await search(`schemas eq "${URN}"`)).not.toContain('pinned');
    const patch = { Operations: [{ op: 'add', path: `${URN}:level`, value: 1 }] };
    expect((await server.send('PATCH', `/Users/${body.id}`, patch)).body.schemas).toEqual([...core, URN]);
    expect(await search(`schemas eq "${URN}"`)).toContain('pinned');
  });

  testOnSqlite('keeps an immutable value that is never returned if PUT does not send it', async () => {
    const own = 'urn:contoso:scim:schemas:hidden:2.0:User';
    await define({
      id: own,
      attributes: [{ name: 'seed', mutability: 'immutable', returned: 'never' }, { name: 'label' }],
    });
    const { body } = await server.send('POST', '/Users', { userName: 'hidden', [own]: { seed: 's', label: 'a' } });
    const put = (part: object) => server.send('PUT', `/Users/${body.id}`, { userName: 'hidden', ...part });
    expect(await put({ [own]: { label: 'b' } })).toMatchObject({ status: 200 });
    expect(await put({})).toMatchObject({ status: 200 });
    const other = await put({ [own]: { seed: 'hunter2' } });
    expect(other).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
    expect(other.body.detail).not.toContain('hunter2');
    expect(await put({ [own]: { seed: 's' } })).toMatchObject({ status: 200 });
    await server.send('DELETE', `/Users/${body.id}`);
  });

  testOnSqlite(
    'keeps immutable sub-attributes of elements that have no sub-attribute "value", in PUT and PATCH',
    async () => {
      const own = 'urn:contoso:scim:schemas:assets:2.0:User';
      const plate = { name: 'plate', mutability: 'immutable' };
      const pin = { name: 'pin', mutability: 'immutable', returned: 'never' };
      await define({
        id: own,
        attributes: [
          { name: 'assets', type: 'complex', multiValued: true, subAttributes: [{ name: 'code' }, plate, pin] },
        ],
      });
      const body = (...assets: object[]) => ({ userName: 'driver', [own]: { assets } });
      const { id } = (await server.send('POST', '/Users', body({ code: 'a', plate: 'P1', pin: '7' }))).body;
      const put = async (...assets: object[]) => (await server.send('PUT', `/Users/${id}`, body(...assets))).status;
      const patch = async (...Operations: object[]) =>
        (await server.send('PATCH', `/Users/${id}`, { Operations })).status;
      const path = `${own}:assets`;
      expect(await put({ code: 'a', plate: 'P2' })).toBe(400);
      expect(await put({ code: 'A' })).toBe(400);
      expect(await put({ code: 'a', plate: 'P1', pin: '8' })).toBe(400);
      expect(await patch({ op: 'replace', path, value: [{ code: 'a', plate: 'P2', pin: '7' }] })).toBe(400);
      expect(await put({ code: 'a', plate: 'P2' }, { code: 'a', plate: 'P1', pin: '7' })).toBe(200);
      expect(await put({ code: 'a', plate: 'P1', pin: '7' }, { code: 'a', plate: 'P2' })).toBe(200);
      expect(await put({ code: 'a', plate: 'P1' }, { code: 'b', plate: 'P2' })).toBe(200);
      // Follows the advice in the error: the attribute is removed and then added again.
      const added = { op: 'add', path, value: [{ code: 'a', plate: 'P3' }] };
      expect(await patch({ op: 'remove', path }, added)).toBe(200);
      await server.send('DELETE', `/Users/${id}`);
    },
  );

  test('does not change the meaning of attribute names that identity providers send without a URN', async () => {
    const own = 'urn:contoso:scim:schemas:rooms:2.0:User';
    await define({ id: own, attributes: [{ name: 'department' }, { name: 'manager' }, { name: 'room' }] });
    const { body } = await server.send('POST', '/Users', { userName: 'plain', department: 'Research', room: '17' });
    expect(body).toMatchObject({
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Research' },
      [own]: { room: '17' },
    });
    await server.send('PATCH', `/Users/${body.id}`, { Operations: [{ op: 'remove', path: `${own}:room` }] });
    expect((await server.send('DELETE', `/Schemas/${own}`, undefined, admin)).status).toBe(204);
  });

  test('does not exist in other organizations', async () => {
    await using other = await openTestScimServer();
    expect((await other.send('GET', `/Schemas/${URN}`)).status).toBe(404);
    const user = await other.send('POST', '/Users', { userName: 'ann', [URN]: { level: 1 } });
    expect(user.body).not.toHaveProperty([URN]);
  });
});

describe('a change to a custom schema', () => {
  const without = (name: string) => ({
    ...badges,
    attributes: badges.attributes.filter((attribute) => attribute.name !== name),
  });

  test('may add attributes, change descriptions, and remove attributes that have no values', async () => {
    const changed = {
      ...without('notes'),
      attributes: [...badges.attributes, { name: 'unused', type: 'boolean' }],
    };
    expect((await change(changed)).status).toBe(200);
    expect((await server.send('GET', `/Schemas/${URN}`)).body.attributes).toHaveLength(9);
    expect((await change({ ...badges, description: 'Doors.' })).body).toMatchObject({ description: 'Doors.' });
    expect((await change({ ...badges, id: 'urn:contoso:nothing:2.0:User' })).status).toBe(404);
    const mismatch = await server.send('PUT', `/Schemas/${URN}`, { ...badges, id: 'urn:contoso:other:User' }, admin);
    expect(mismatch).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  });

  test('is refused if users would lose values', async () => {
    const retyped = (name: string, change: object) => ({
      ...badges,
      attributes: badges.attributes.map((one) => (one.name === name ? { ...one, ...change } : one)),
    });
    for (const lossy of [
      without('level'),
      retyped('level', { type: 'string' }),
      retyped('zones', { multiValued: false }),
      retyped('keys', { subAttributes: [{ name: 'value' }] }),
      retyped('level', { required: true }),
      { ...badges, resourceType: 'Group' },
    ]) {
      const answer = await change(lossy);
      expect(answer, JSON.stringify(lossy)).toMatchObject({ status: 409, body: { scimType: 'mutability' } });
      expect(answer.body.detail).toMatch(/\d+ users? ha/);
    }
    expect((await server.send('DELETE', `/Schemas/${URN}`, undefined, admin)).status).toBe(409);
    const { body } = await server.send('POST', '/Schemas', { ...badges, id: 'urn:contoso:gone:Group' }, admin);
    expect((await server.send('GET', '/ResourceTypes/Group')).body.schemaExtensions).toEqual([
      { schema: body.id, required: false },
    ]);
    expect((await server.send('DELETE', `/Schemas/${body.id}`, undefined, admin)).status).toBe(204);
    expect((await server.send('DELETE', `/Schemas/${body.id}`, undefined, admin)).status).toBe(404);
    const standard = 'urn:ietf:params:scim:schemas:core:2.0:User';
    expect((await server.send('DELETE', `/Schemas/${standard}`, undefined, admin)).status).toBe(400);
  });
});
