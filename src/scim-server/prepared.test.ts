import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

/** Matches the statements that Kysely has to build for each list request, because the caller chooses the filter and the order. */
const LISTS = /\border by\b[^]*\blimit\b|^\s*select count\(\*\)/;

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let server: TestScimServer;
let observed: ObservedStatement[] = [];

beforeAll(async () => {
  server = await openTestScimServer('standard', { observe: (statement) => observed.push(statement) });
});
afterAll(() => server[Symbol.asyncDispose]());

async function created(path: string, body: unknown): Promise<string> {
  const { status, body: resource } = await server.send('POST', path, body);
  expect(status).toBe(201);
  return resource.id;
}

const operations = (...values: readonly unknown[]) => ({ Operations: values });

test('requests for users and groups run only prepared statements, except to filter and sort a list', async () => {
  const { send } = server;
  const boss = await created('/Users', { userName: 'boss@example.com', externalId: 'boss' });
  observed = [];
  const user = await created('/Users', {
    userName: 'ann@example.com',
    emails: [{ value: 'ann@example.com', primary: true }],
    [ENTERPRISE]: { manager: { value: 'boss' } },
  });
  const inner = await created('/Groups', { displayName: 'Inner', members: [{ value: user }] });
  const group = await created('/Groups', { displayName: 'Outer', members: [{ value: inner }, { value: boss }] });
  const requests: readonly (readonly ['GET' | 'PUT' | 'PATCH' | 'DELETE', string, unknown?])[] = [
    ['GET', `/Users/${user}`],
    ['GET', `/Groups/${group}`],
    ['GET', '/Users?filter=userName+eq+%22ann%40example.com%22'],
    ['GET', '/Users?filter=externalId+eq+%22boss%22'],
    ['GET', '/Users?filter=emails[type+eq+%22work%22].value+eq+%22ann%40example.com%22'],
    ['GET', '/Users?count=0'],
    ['GET', '/Users?startIndex=2&count=1'],
    ['GET', '/Groups?count=10&excludedAttributes=members'],
    ['GET', '/Users?filter=displayName+co+%22x%22&sortBy=userName'],
    ['PATCH', `/Users/${user}`, operations({ op: 'replace', path: 'title', value: 'Engineer' })],
    ['PATCH', `/Users/${user}`, operations({ op: 'replace', path: 'active', value: false })],
    ['PATCH', `/Users/${user}`, operations({ op: 'replace', path: `${ENTERPRISE}:manager`, value: boss })],
    ['PUT', `/Users/${user}`, { userName: 'ann@example.com', displayName: 'Ann' }],
    ['PATCH', `/Groups/${group}`, operations({ op: 'add', path: 'members', value: [{ value: user }] })],
    ['PATCH', `/Groups/${group}`, operations({ op: 'remove', path: `members[value eq "${user}"]` })],
    ['PATCH', `/Groups/${group}`, operations({ op: 'replace', path: 'members', value: [{ value: user }] })],
    ['PATCH', `/Groups/${group}`, operations({ op: 'remove', path: 'members' })],
    ['PUT', `/Groups/${group}`, { displayName: 'Renamed', members: [{ value: user }] }],
    ['DELETE', `/Groups/${group}`],
    ['DELETE', `/Users/${user}`],
  ];
  for (const [method, path, body] of requests) {
    const { status } = await send(method, path, body);
    expect([200, 204], `${method} ${path}`).toContain(status);
  }
  const built = observed.filter(
    ({ sql, isPrepared }) => !isPrepared && /^\s*(select|insert|update|delete|with)/i.test(sql),
  );
  // Leaves out statements that look up the caller, record its last use and count its requests: they run only once for many requests.
  const once = /"(api_keys|integrations)"|^insert into "requests"/;
  const texts = built.map(({ sql }) => sql).filter((text) => !once.test(text));
  expect(texts.filter((text) => !LISTS.test(text))).toEqual([]);
});

test('a request looks up the manager if it sets the manager, but not if it changes only another attribute', async () => {
  const boss = await created('/Users', { userName: 'chief@example.com', externalId: 'chief' });
  const user = await created('/Users', { userName: 'bob@example.com', [ENTERPRISE]: { manager: { value: 'chief' } } });
  const lookups = () => observed.filter(({ sql }) => /union all/.test(sql) && sql.includes('"external_id"'));
  observed = [];
  const title = operations({ op: 'replace', path: 'title', value: 'Engineer' });
  await server.send('PATCH', `/Users/${user}`, title);
  expect(lookups()).toEqual([]);
  await server.send(
    'PATCH',
    `/Users/${user}`,
    operations({ op: 'replace', path: `${ENTERPRISE}:manager`, value: boss }),
  );
  await server.send('PATCH', `/Users/${boss}`, operations({ op: 'add', path: `${ENTERPRISE}:manager`, value: user }));
  expect(lookups()).toHaveLength(1);
});
