import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedValues } from '../../tests/support/changed-values.ts';
import { repositoryFiles } from '../../tests/support/repository-files.ts';
import { decodeOpaque, encodeOpaque } from '#base/opaque-text.ts';
import { allRoutes } from './all-routes.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
  for (const name of ['ann', 'bea', 'cleo']) {
    const user = { userName: name, title: name, emails: [{ value: `${name}@contoso.example` }], displayName: name };
    await api.send('POST', '/scim/v2/Users', user);
    await api.send('POST', '/scim/v2/Users', { userName: `refused-${name}`, displayName: name });
    await api.send('POST', '/scim/v2/Users', { userName: `refused-${name}`, displayName: name });
    await api.send('POST', '/scim/v2/Groups', { displayName: name });
  }
  for (const name of ['ann', 'bea']) await api.send('POST', '/scim/v2/Users', { userName: name });
});
afterAll(() => api[Symbol.asyncDispose]());

const scimSorts = ['userName', 'title', 'active', 'meta.created', 'emails', 'id'];
const firstLive = /^id: (?<id>[\w.-]+)$/m;

/** Each list that has cursors: the URL of its first page, the parameter of the next page, and where the first page has its cursor. */
const lists: readonly (readonly [url: string, parameter: string, member: string])[] = [
  ...['name', 'email', 'created'].flatMap((sort) =>
    ['present', 'refused'].map(
      (presence) => [`/api/people?limit=1&presence=${presence}&sort=${sort}`, 'cursor', 'next'] as const,
    ),
  ),
  ['/api/people?limit=1&sort=title&order=desc', 'cursor', 'next'],
  ...['name', 'created'].map((sort) => [`/api/groups?limit=1&sort=${sort}`, 'cursor', 'next'] as const),
  ['/api/events?limit=1', 'cursor', 'next'],
  ['/api/events?limit=1&target=ann', 'cursor', 'next'],
  ['/api/requests?limit=1', 'cursor', 'next'],
  ['/api/timeline?limit=1&person=ann', 'before', 'before'],
  ['/scim/v2/Users?count=1&cursor=', 'cursor', 'nextCursor'],
  ...scimSorts.map((sort) => [`/scim/v2/Users?count=1&sortBy=${sort}&cursor=`, 'cursor', 'nextCursor'] as const),
  ['/scim/v2/Groups?count=1&sortBy=displayName&cursor=', 'cursor', 'nextCursor'],
  ['/scim/v2?count=1&sortBy=displayName&cursor=', 'cursor', 'nextCursor'],
  ['/api/live?kinds=events,requests', 'lastEventId', 'id'],
];

describe('a cursor that a client changed', () => {
  test.for(lists)('is refused, or returns a page: %s', async ([url, parameter, member]) => {
    const first = await api.send('GET', url);
    const cursor: unknown = first.body?.[member] ?? firstLive.exec(first.text)?.groups?.['id'];
    expect(cursor, JSON.stringify(first.body)).toEqual(expect.any(String));
    const next = async (text: string) =>
      await api.send('GET', `${url.replace(/&cursor=$/, '')}&${parameter}=${encodeURIComponent(text)}`);
    expect((await next(String(cursor))).status).toBe(200);
    // The id of a live message is encrypted: a client cannot change it, but it must not be able to fail the server either.
    const { secrets } = api.directory.deps;
    const isSealed = url.startsWith('/api/live');
    const decoded = isSealed ? JSON.parse(secrets.open(String(cursor))) : decodeOpaque(String(cursor));
    for (const value of changedValues(decoded)) {
      const answer = await next(isSealed ? secrets.seal(JSON.stringify(value)) : encodeOpaque(value));
      expect([200, 400], `${JSON.stringify(value)}: ${answer.text}`).toContain(answer.status);
      const { total = 0, otherTotal = 0, totalResults = 0 } = answer.body ?? {};
      expect(Math.min(total, otherTotal, totalResults), JSON.stringify(value)).toBeGreaterThanOrEqual(0);
    }
  });

  test('is refused, or continues, in an action on many people', async () => {
    const act = async (cursor?: string) =>
      await api.send('POST', '/api/people/actions', {
        action: 'unlock',
        people: { query: {} },
        limit: 1,
        ...(cursor === undefined ? { expected: 3 } : { cursor }),
      });
    const first = await act();
    expect(first.body.next, first.text).toEqual(expect.any(String));
    for (const value of changedValues(decodeOpaque(first.body.next))) {
      const { status, text } = await act(encodeOpaque(value));
      expect([200, 400], `${JSON.stringify(value)}: ${text}`).toContain(status);
    }
  });

  test('is in a test above for every file that decodes one', () => {
    const decoding = repositoryFiles('src').filter(
      (file) => !file.endsWith('.test.ts') && /\bdecodeOpaque\(/.test(readFileSync(file, 'utf8')),
    );
    expect(decoding.toSorted()).toEqual([
      'src/base/opaque-text.ts',
      'src/directory/group-search.ts',
      'src/directory/timeline-cursor.ts',
      // The tokens of Microsoft Graph's lists: entra/graph-api/hostile-tokens.test.ts.
      'src/entra/graph-api/odata/skip-token.ts',
      'src/people-search/people-cursor.ts',
      'src/people-search/select-people.ts',
      'src/request-log/request-cursor.ts',
      'src/scim-server/cursor.ts',
    ]);
  });
});

const hostileIds = ['%00', '%ED%A0%80', "'", '99999999999999999999'];
const scimPaths = [':id', 'Users/:id', 'Groups/:id', 'Schemas/:id', 'ResourceTypes/:id'].map(
  (path) => `/scim/v2/${path}`,
);
const paths = [
  ...allRoutes.filter(({ method, path }) => method === 'GET' && path.includes(':')).map(({ path }) => path),
  ...scimPaths,
];

test.for(paths)('an id of any characters is refused in %s', async (path) => {
  for (const id of hostileIds) {
    const { status, text } = await api.send('GET', path.replaceAll(/:\w+/g, id));
    expect(status, `${id}: ${text}`).toBeGreaterThanOrEqual(200);
    expect(status, `${id}: ${text}`).toBeLessThan(500);
  }
});
