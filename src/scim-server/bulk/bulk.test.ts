import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { listEvents } from '#audit/event-store.ts';
import { BULK_OPERATIONS_MAX } from '../limits.ts';
import { openTestScimServer, type TestScimServer } from '../scim-server.fixture.ts';
import { orderOperations } from './bulk-order.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const byText = (left: string, right: string) => left.localeCompare(right);
const bulk = async (operations: readonly object[], rest: object = {}) =>
  server.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: operations,
    ...rest,
  });
const post = (bulkId: string, path: string, data: object) => ({ method: 'POST', path, bulkId, data });
const user = (bulkId: string, manager?: string) =>
  post(bulkId, '/Users', {
    userName: bulkId,
    ...(manager !== undefined && { [ENTERPRISE_USER_SCHEMA]: { manager: { value: `bulkId:${manager}` } } }),
  });
const group = (bulkId: string, ...members: readonly string[]) =>
  post(bulkId, '/Groups', { displayName: bulkId, members: members.map((value) => ({ value: `bulkId:${value}` })) });
const idOf = (operation: { location: string }) => operation.location.split('/').at(-1) ?? '';
const statuses = (answer: { body: { Operations: readonly { status: string }[] } }) =>
  answer.body.Operations.map(({ status }) => status);

describe('a bulk request (RFC 7644 §3.7)', () => {
  test('gets a response header that names the ignored attributes', async () => {
    const left = await bulk([
      post('eve', '/Users', { userName: 'eve', displayNam: 'Eve' }),
      post('mia', '/Users', { userName: 'mia', displayNam: 'Mia', groups: [{ value: 'x' }] }),
      post('nameless', '/Users', { shoeSize: 1 }),
    ]);
    expect(statuses(left)).toEqual(['201', '201', '400']);
    expect(left.headers['x-ignored-attributes']).toBe('"displayNam";reason=unknown, "groups";reason=read-only');
    const known = await bulk([{ method: 'DELETE', path: `/Users/${idOf(left.body.Operations[0])}` }]);
    expect(known.headers['x-ignored-attributes']).toBeUndefined();
    await bulk([{ method: 'DELETE', path: `/Users/${idOf(left.body.Operations[1])}` }]);
  });

  test('creates, changes, replaces, and deletes resources, and reports the result of each operation', async () => {
    const first = await bulk([user('ann'), user('bob')]);
    expect(first.status).toBe(200);
    expect(first.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:BulkResponse']);
    expect(first.body.Operations[0]).toMatchObject({
      method: 'POST',
      bulkId: 'ann',
      version: 'W/"1"',
      location: expect.stringMatching(/^http:\/\/x\/scim\/v2\/Users\/[0-9a-f]{24}$/),
      status: '201',
      response: { userName: 'ann' },
    });
    const [ann, bob] = first.body.Operations.map(idOf);
    const second = await bulk([
      { method: 'PUT', path: `/Users/${ann}`, data: { userName: 'ann', title: 'Clerk' } },
      {
        method: 'patch',
        path: `Users/${ann}`,
        version: 'W/"2"',
        data: [{ op: 'add', path: 'nickName', value: 'Annie' }],
      },
      {
        method: 'PATCH',
        path: `/Users/${ann}`,
        version: 'W/"1"',
        data: { Operations: [{ op: 'remove', path: 'title' }] },
      },
      { method: 'DELETE', path: `/Users/${bob}`, bulkId: 'gone' },
      { method: 'DELETE', path: `/Users/${bob}` },
    ]);
    expect(statuses(second)).toEqual(['200', '200', '412', '204', '404']);
    expect(second.body.Operations[3]).toEqual({
      method: 'DELETE',
      bulkId: 'gone',
      location: `http://x/scim/v2/Users/${bob}`,
      status: '204',
    });
    expect(second.body.Operations[2].response).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '412',
    });
    expect((await server.send('GET', `/Users/${ann}`)).body).toMatchObject({ title: 'Clerk', nickName: 'Annie' });
  });

  test('resolves forward and backward references, references across resource types, and references in paths', async () => {
    const answer = await bulk([
      group('crew', 'deck', 'cook'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:cook',
        data: { Operations: [{ op: 'add', path: 'title', value: 'Cook' }] },
      },
      user('cook', 'captain'),
      user('captain'),
      group('deck', 'captain'),
    ]);
    expect(statuses(answer)).toEqual(['201', '200', '201', '201', '201']);
    const [crew, , cook, captain, deck] = answer.body.Operations.map(idOf);
    const { body } = await server.send('GET', `/Users/${cook}`);
    expect(body.title).toBe('Cook');
    expect(body[ENTERPRISE_USER_SCHEMA].manager).toMatchObject({ value: captain, displayName: 'captain' });
    expect(
      (await server.send('GET', `/Groups/${crew}`)).body.members
        .map((one: { value: string }) => one.value)
        .toSorted(byText),
    ).toEqual([deck, cook].toSorted(byText));
  });

  test('creates users who manage each other either all together or not at all', async () => {
    const good = await bulk([user('yin', 'yang'), user('yang', 'yin')]);
    expect(statuses(good)).toEqual(['201', '201']);
    const [yin, yang] = good.body.Operations.map(idOf);
    for (const [one, other] of [
      [yin, yang],
      [yang, yin],
    ]) {
      const { body } = await server.send('GET', `/Users/${one}`);
      expect(body[ENTERPRISE_USER_SCHEMA].manager).toMatchObject({ value: other, displayName: expect.any(String) });
    }
    const taken = { ...user('yon', 'yan'), data: { userName: 'yin', manager: { value: 'bulkId:yan' } } };
    const bad = await bulk([user('yan', 'yon'), taken, user('after')]);
    expect(statuses(bad)).toEqual(['409', '409', '201']);
    expect(bad.body.Operations[1].response.scimType).toBe('uniqueness');
    expect((await server.send('GET', '/Users?filter=userName eq "yan"')).body.totalResults).toBe(0);
  });

  testOnSqlite('refuses groups that would contain each other', async () => {
    const answer = await bulk([group('hen', 'egg'), group('egg', 'hen'), group('nest')]);
    expect(statuses(answer)).toEqual(['409', '409', '201']);
    expect(answer.body.Operations[0].response.detail).toContain('cycle');
  });

  test('refuses an operation that refers to a failed operation or to an unknown bulkId', async () => {
    const answer = await bulk([
      post('nameless', '/Users', { title: 'x' }),
      group('orphans', 'nameless'),
      group('grandorphans', 'orphans'),
      group('strangers', 'nobody'),
    ]);
    expect(statuses(answer)).toEqual(['400', '409', '409', '400']);
    expect(answer.body.Operations[1].response.detail).toContain('bulkId:nameless');
    expect(answer.body.Operations[0].location).toBeUndefined();
  });

  test('stops when the number of errors reaches failOnErrors', async () => {
    const wrong = (bulkId: string) => post(bulkId, '/Users', {});
    const answer = await bulk([user('ok1'), wrong('w1'), wrong('w2'), user('ok2')], { failOnErrors: 2 });
    expect(statuses(answer)).toEqual(['201', '400', '400']);
    expect((await server.send('GET', '/Users?filter=userName eq "ok2"')).body.totalResults).toBe(0);
    expect(statuses(await bulk([wrong('w1'), user('ok2')], { failOnErrors: 2 }))).toEqual(['400', '201']);
  });

  test('records one event for each operation', async () => {
    await bulk([user('eventful'), post('refused', '/Groups', {}), post('also', '/Users', { userName: 'eventful' })]);
    const { deps } = server.directory;
    const events = await listEvents(deps.database, { limit: 3 });
    expect(events.map((event) => [event['event_type'], event['error_code']])).toEqual([
      ['request_refused', 'userNameTaken'],
      ['request_refused', 'required'],
      ['user_create', undefined],
    ]);
    expect(events[0]?.['resource']).toMatchObject({ type: 'user', username: 'eventful' });
  });

  testOnSqlite.for<[object, string]>([
    [{ method: 'GET', path: '/Users/1' }, 'method'],
    [{ path: '/Users' }, 'method'],
    [{ method: 'POST', path: '/Users', data: {} }, 'bulkId'],
    [{ method: 'POST', path: '/Users/1', bulkId: 'a', data: {} }, 'path'],
    [{ method: 'PUT', path: '/Users', data: {} }, 'path'],
    [{ method: 'DELETE', path: '/Me' }, 'path'],
    [{ method: 'DELETE', path: '/Bulk' }, 'path'],
    [{ method: 'DELETE' }, 'path'],
    [{ method: 'POST', path: '/Users', bulkId: 'a' }, 'data'],
    [{ method: 'PATCH', path: '/Users/1', data: 'x' }, 'data'],
  ])('refuses %j because of a missing or invalid %s, and runs the other operations', async ([operation, word]) => {
    const answer = await bulk([operation, { method: 'DELETE', path: '/Users/none' }]);
    expect(statuses(answer)).toEqual(['400', '404']);
    expect(answer.body.Operations[0].response).toMatchObject({ scimType: 'invalidSyntax' });
    expect(answer.body.Operations[0].response.detail).toContain(word);
  });

  testOnSqlite('refuses the second of two operations with the same bulkId', async () => {
    expect(statuses(await bulk([user('twice'), user('twice')]))).toEqual(['201', '400']);
  });

  testOnSqlite(
    'is refused as a whole if it has no list of operations, an invalid failOnErrors, or too many operations',
    async () => {
      expect((await server.send('POST', '/Bulk', [])).status).toBe(400);
      expect((await server.send('POST', '/Bulk', { Operations: {} })).status).toBe(400);
      expect((await bulk([], { failOnErrors: 0 })).status).toBe(400);
      expect((await bulk([], { failOnErrors: '1' })).status).toBe(400);
      expect((await bulk([])).body.Operations).toEqual([]);
      expect((await server.send('GET', '/Bulk')).status).toBe(405);
      const gone = Array.from({ length: BULK_OPERATIONS_MAX }, () => ({ method: 'DELETE', path: '/Users/none' }));
      expect(statuses(await bulk(gone))).toHaveLength(BULK_OPERATIONS_MAX);
      expect(await bulk([...gone, gone[0] ?? {}])).toMatchObject({ status: 413, body: { status: '413' } });
    },
  );
});

describeOnSqlite('the order of bulk operations', () => {
  test('puts referenced operations first and otherwise keeps the order of the request', () => {
    expect(orderOperations([[], [], []])).toEqual([[0], [1], [2]]);
    expect(orderOperations([[2], [], [1]])).toEqual([[1], [2], [0]]);
    expect(orderOperations([[1], [2], [0], []])).toEqual([[0, 1, 2], [3]]);
    expect(orderOperations([[0]])).toEqual([[0]]);
  });

  test('contains each operation once, after the operations that it references', () => {
    const graph = fc
      .integer({ min: 1, max: 20 })
      .chain((size) => fc.array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(graph, (references) => {
        const parts = orderOperations(references);
        expect(parts.flat().toSorted((left, right) => left - right)).toEqual([...references.keys()]);
        const place = new Map(parts.flatMap((part, index) => part.map((node) => [node, index] as const)));
        for (const [node, targets] of references.entries()) {
          for (const target of targets) expect(place.get(target)).toBeLessThanOrEqual(place.get(node) ?? -1);
        }
        for (const part of parts)
          for (const node of part)
            expect(reaches(references, node)).toEqual(expect.arrayContaining(part.length > 1 ? [...part] : []));
      }),
    );
  });

  test('is correct for a chain of references that is as long as the largest request allows', () => {
    const last = BULK_OPERATIONS_MAX - 1;
    const chain = Array.from({ length: BULK_OPERATIONS_MAX }, (_, index) => (index < last ? [index + 1] : []));
    expect(orderOperations(chain)).toEqual(Array.from({ length: BULK_OPERATIONS_MAX }, (_, index) => [last - index]));
  });
});

function reaches(references: readonly (readonly number[])[], from: number): readonly number[] {
  const seen = new Set<number>();
  const waiting = [...(references[from] ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...(references[node] ?? []));
  }
  return [...seen];
}
