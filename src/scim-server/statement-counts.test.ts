import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEngine } from '../../tests/support/test-database.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let server: TestScimServer;
let observed: ObservedStatement[] = [];
/** The ids of resources, by the names that the requests below use. */
const ids = new Map<string, string>();

const user = (name: string) => ({
  userName: `${name}@example.com`,
  externalId: name,
  displayName: name,
  emails: [{ type: 'work', value: `${name}@example.com`, primary: true }],
});
const patch = (...operations: readonly unknown[]) => ({ Operations: operations });

beforeAll(async () => {
  server = await openTestScimServer('standard', { observe: (statement) => observed.push(statement) });
  for (const name of ['boss', 'chief', 'ann', 'bob']) {
    ids.set(name, (await server.send('POST', '/Users', user(name))).body.id);
  }
  const members = [{ value: ids.get('ann') }];
  ids.set('team', (await server.send('POST', '/Groups', { displayName: 'Team', members })).body.id);
  const manager = patch({ op: 'add', path: `${ENTERPRISE}:manager`, value: ids.get('boss') });
  await server.send('PATCH', `/Users/${ids.get('ann')}`, manager);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Returns the verb and the outermost table, such as `insert users`. Leaves out statements that begin or end transactions. */
function summaryOf({ sql, isPrepared }: ObservedStatement): readonly string[] {
  // Requests that only read are counted in the background.
  if (!isPrepared && sql.startsWith('insert into "requests"')) return [];
  const [, verb = ''] = /^\s*(select|insert|update|delete|with)\b/i.exec(sql) ?? [];
  if (verb === '') return [];
  const [, table = ''] = /\b(?:from|into|update)\s+"?(\w+)"?/i.exec(withoutParentheses(sql)) ?? [];
  return [`${verb} ${table}`];
}

function withoutParentheses(sql: string): string {
  const shorter = sql.replaceAll(/\([^()]*\)/g, '');
  return shorter === sql ? sql : withoutParentheses(shorter);
}

/** Statements that only PostgreSQL needs: they lock names, so that concurrent transactions that refer to a name wait. */
const onPostgres = (...statements: readonly string[]) => (testEngine() === 'postgres' ? statements : []);

const title = () => patch({ op: 'replace', path: 'title', value: 'Engineer' });

type Row = readonly [
  name: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: () => string,
  body: () => unknown,
  statements: readonly string[],
];

/** The expected statements of each request. A change that adds or removes a statement has to change this list. */
const rows: readonly Row[] = [
  [
    'POST a user',
    'POST',
    () => '/Users',
    () => user('new'),
    [
      'select users',
      'insert users',
      'insert user_emails',
      ...onPostgres('insert user_terms'),
      testEngine() === 'postgres' ? 'delete refused_people' : 'select refused_people',
      ...onPostgres('select unnest'),
      'select users',
      'select memberships',
      'insert events',
      'select memberships',
      'insert requests',
    ],
  ],
  [
    'GET a user in a group',
    'GET',
    () => `/Users/${ids.get('ann')}`,
    () => undefined,
    ['select users', 'select users', 'select memberships', 'select memberships'],
  ],
  [
    'GET a list of users',
    'GET',
    () => '/Users?count=100',
    () => undefined,
    [
      'select resource_counts',
      'select users',
      'select users',
      'select users',
      'select memberships',
      'select memberships',
    ],
  ],
  [
    'GET by userName that finds a user in a group',
    'GET',
    () => '/Users?filter=userName+eq+%22ann%40example.com%22',
    () => undefined,
    ['select users', 'select users', 'select memberships', 'select memberships'],
  ],
  [
    'PATCH the title of a user without a manager',
    'PATCH',
    () => `/Users/${ids.get('bob')}`,
    title,
    ['select users', 'update users', 'delete user_terms', 'insert user_terms', 'insert events', 'insert requests'],
  ],
  [
    'PATCH the title of a user with a manager and a group',
    'PATCH',
    () => `/Users/${ids.get('ann')}`,
    title,
    [
      'select users',
      'update users',
      'delete user_terms',
      'insert user_terms',
      'insert events',
      'select users',
      'select memberships',
      'select memberships',
      'insert requests',
    ],
  ],
  [
    'PATCH the manager of a user',
    'PATCH',
    () => `/Users/${ids.get('ann')}`,
    () => patch({ op: 'replace', path: `${ENTERPRISE}:manager`, value: ids.get('chief') }),
    [
      'select users',
      'select users',
      'update users',
      'insert events',
      'select users',
      'select memberships',
      'select memberships',
      'insert requests',
    ],
  ],
  [
    'PATCH a user without a change',
    'PATCH',
    () => `/Users/${ids.get('ann')}`,
    () => patch({ op: 'replace', path: 'externalId', value: 'ann' }),
    ['select users', 'select users', 'select memberships', 'select memberships', 'insert requests'],
  ],
  [
    'PATCH that adds a member to a group',
    'PATCH',
    () => `/Groups/${ids.get('team')}`,
    () => patch({ op: 'add', path: 'members', value: [{ value: ids.get('bob') }] }),
    ['select groups', 'select users', 'insert memberships', 'update groups', 'insert events', 'insert requests'],
  ],
  [
    'PATCH that removes a member from a group',
    'PATCH',
    () => `/Groups/${ids.get('team')}`,
    () => patch({ op: 'remove', path: `members[value eq "${ids.get('bob')}"]` }),
    ['select groups', 'delete memberships', 'update groups', 'insert events', 'insert requests'],
  ],
  [
    'DELETE a user',
    'DELETE',
    () => `/Users/${ids.get('bob')}`,
    () => undefined,
    [
      'select users',
      'update groups',
      'update users',
      'delete user_terms',
      'update one_time_tokens',
      'update mails',
      'delete sessions',
      'insert events',
      // Stores the names by which the events of a deleted user can still be found.
      'insert event_names',
      'insert event_names',
      'insert requests',
    ],
  ],
];

test.for(rows)('the request "%s" runs exactly the expected statements', async ([, method, path, body, expected]) => {
  observed = [];
  const { status } = await server.send(method, path(), body());
  expect(status).toBeLessThan(300);
  expect(observed.flatMap(summaryOf)).toEqual(expected);
});
