import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareCodePoints } from '#base/fold.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { propertyRuns } from '../../tests/support/test-database.ts';
import { openTestScimServer, type ScimAnswer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;
/** All resources, in the order of creation. */
const users: Record<string, unknown>[] = [];
const groups: Record<string, unknown>[] = [];

const USERS = 60;
const titles = ['Clerk', 'clerk', 'Ärztin', 'zebra', '𝒳', undefined, undefined];
const departments = ['b', 'B', 'a', undefined];

beforeAll(async () => {
  server = await openTestScimServer();
  for (let index = 0; index < USERS; index += 1) {
    server.directory.clock.advance((index * 37) % 5_000);
    const home = { type: 'home', value: `h${(index * 13) % 7}@x.example` };
    const work = { type: 'work', value: `W${(index * 29) % 60}@x.example`, primary: true };
    const { body } = await server.send('POST', '/Users', {
      userName: `user${(index * 17) % USERS}`,
      title: titles[index % titles.length],
      active: index % 3 > 0,
      emails: index % 5 === 0 ? [home, work] : [work],
      [ENTERPRISE_USER_SCHEMA]: { department: departments[index % departments.length] },
    });
    users.push(body);
  }
  for (let index = 0; index < 9; index += 1) {
    const members = users.slice(0, index).map(({ id }) => ({ value: id }));
    const { body } = await server.send('POST', '/Groups', { displayName: `Team ${(index * 5) % 9}`, members });
    groups.push(body);
  }
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const query = (path: string, parameters: Record<string, string>) =>
  server.send('GET', `${path}?${new URLSearchParams(parameters).toString()}`);
const idsOf = ({ body }: ScimAnswer): readonly string[] => body.Resources.map((one: { id: string }) => one.id);

// oxlint-disable-next-line typescript/no-explicit-any -- resources of any shape
type Body = any;
const primaryEmail = (user: Body): string => user.emails.find((one: Body) => one.primary).value.toLowerCase();

/** Functions, by attribute, that return the sort key of a user; undefined for a user without a value. */
const sortKeys: Readonly<Record<string, (user: Body) => string | number | undefined>> = {
  userName: (user) => user.userName.toLowerCase(),
  title: (user) => user.title?.toLowerCase(),
  active: (user) => Number(user.active),
  'emails.value': primaryEmail,
  emails: primaryEmail,
  [`${ENTERPRISE_USER_SCHEMA}:department`]: (user) => user[ENTERPRISE_USER_SCHEMA]?.department.toLowerCase(),
  'meta.created': (user) => user.meta.created,
  'name.givenName': () => undefined,
};

function sorted(by: string, descending: boolean): readonly string[] {
  const direction = descending ? -1 : 1;
  const keyed = users.map((user, index) => ({ id: user['id'] as string, key: sortKeys[by]?.(user), index }));
  return keyed
    .toSorted((left, right) => {
      if (left.key === undefined || right.key === undefined) {
        const order = Number(left.key === undefined) - Number(right.key === undefined);
        return direction * (order === 0 ? left.index - right.index : order);
      }
      const order =
        typeof left.key === 'number' ? left.key - Number(right.key) : compareCodePoints(left.key, String(right.key));
      return direction * (order === 0 ? left.index - right.index : order);
    })
    .map(({ id }) => id);
}

/** Reads all pages by cursor, forward and then backward. */
async function walk(path: string, parameters: Record<string, string>) {
  const pages: ScimAnswer[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; cursor = pages.at(-1)?.body.nextCursor) {
    pages.push(await query(path, { ...parameters, cursor }));
    expect(pages.at(-1)?.status).toBe(200);
  }
  const back: (readonly string[])[] = [];
  for (let cursor = pages.at(-1)?.body.previousCursor; cursor !== undefined;) {
    const page = await query(path, { ...parameters, cursor });
    back.unshift(idsOf(page));
    expect(page.body.nextCursor).toBeDefined();
    cursor = page.body.previousCursor;
  }
  return { pages, forth: pages.map(idsOf), back };
}

describe('sorting (RFC 7644 §3.4.2.3)', () => {
  const orders = Object.keys(sortKeys).flatMap((by) => [[by, 'ascending'] as const, [by, 'descending'] as const]);
  test.for(orders)(
    'by %s, %s, gives the same order with index paging and with cursor paging',
    async ([sortBy, sortOrder]) => {
      const expected = sorted(sortBy, sortOrder === 'descending');
      const whole = await query('/Users', { sortBy, sortOrder });
      expect(idsOf(whole)).toEqual(expected);
      for (const [startIndex, count] of [
        [1, 7],
        [50, 20],
        [USERS, 5],
      ] as const) {
        const page = await query('/Users', { sortBy, sortOrder, startIndex: String(startIndex), count: String(count) });
        expect(idsOf(page)).toEqual(expected.slice(startIndex - 1, startIndex - 1 + count));
      }
      const { forth, back } = await walk('/Users', { sortBy, sortOrder, count: '7' });
      expect(forth.flat()).toEqual(expected);
      expect(back.flat()).toEqual(expected.slice(0, -(forth.at(-1)?.length ?? 0)));
    },
  );

  test('accepts attribute names in any case and with the URN of the schema', async () => {
    const core = await query('/Users', { sortBy: 'urn:ietf:params:scim:schemas:core:2.0:User:USERNAME' });
    expect(idsOf(core)).toEqual(sorted('userName', false));
  });

  test.for([
    'nothing',
    'name',
    'password',
    'groups',
    'groups.display',
    'meta.location',
    'schemas',
    'manager.displayName',
  ])('by %s is refused', async (sortBy) => {
    expect(await query('/Users', { sortBy })).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  });
});

describe('cursor paging (RFC 9865)', () => {
  test('returns nextCursor and previousCursor only if there is a next or previous page', async () => {
    const { pages } = await walk('/Users', { count: '20' });
    expect(pages.map(({ body }) => [body.previousCursor !== undefined, body.nextCursor !== undefined])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ]);
    for (const { body } of pages) {
      expect(body).toMatchObject({ totalResults: USERS, itemsPerPage: 20 });
      expect(body.startIndex).toBeUndefined();
    }
  });

  test('returns all users and groups that match a filter, in pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('', 'userName sw "user1"', 'displayName pr', 'active eq true or displayName co "7"'),
        fc.constantFrom('', 'id', 'displayName', 'userName', 'meta.lastModified'),
        fc.constantFrom('ascending', 'descending'),
        async (count, filter, sortBy, sortOrder) => {
          const parameters = { count: String(count), ...(filter !== '' && { filter }), sortBy, sortOrder };
          const all = await query('/', { ...parameters, count: '1000' });
          const { forth, back } = await walk('/', parameters);
          expect(forth.flat()).toEqual(idsOf(all));
          expect(back.flat()).toEqual(forth.slice(0, -1).flat());
          expect(forth.flat()).toHaveLength(all.body.totalResults);
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  });

  test('skips no user and shows no user twice while users are created and deleted', async () => {
    const seen: string[] = [];
    const gone = new Set<string>();
    let cursor: string | undefined = '';
    for (let page = 0; cursor !== undefined; page += 1) {
      const { body }: ScimAnswer = await query('/Users', { cursor, count: '9', sortBy: 'userName' });
      seen.push(...body.Resources.map((one: { id: string }) => one.id));
      cursor = body.nextCursor;
      const ahead = sorted('userName', false).findLast((id) => !seen.includes(id) && !gone.has(id));
      // Deletes the user that was read last, who is at the position of the cursor, and a user that was not read yet.
      for (const id of [seen.at(-1), ahead]) {
        if (id === undefined || gone.has(id)) continue;
        gone.add(id);
        expect((await server.send('DELETE', `/Users/${id}`)).status).toBe(204);
      }
      await server.send('POST', '/Users', { userName: `a-newcomer${page}` });
    }
    expect(new Set(seen).size).toBe(seen.length);
    const stayed = users.map((user) => user['id'] as string).filter((id) => !gone.has(id));
    expect(seen).toEqual(expect.arrayContaining(stayed));
  });

  test.for<[Record<string, string>, string]>([
    [{ cursor: 'x' }, 'invalidCursor'],
    [{ cursor: '', count: '0' }, 'invalidCount'],
    [{ cursor: '', startIndex: '2' }, 'invalidCursor'],
  ])('refuses %j with %s', async ([parameters, scimType]) => {
    expect(await query('/Users', parameters)).toMatchObject({ status: 400, body: { scimType } });
  });

  test('refuses a cursor of another query and an expired cursor', async () => {
    const { body } = await query('/Users', { cursor: '', count: '1' });
    const next: string = body.nextCursor;
    expect((await query('/Users', { cursor: next, count: '1', filter: 'active eq true' })).body.scimType).toBe(
      'invalidCursor',
    );
    expect((await query('/Groups', { cursor: next, count: '1' })).body.scimType).toBe('invalidCursor');
    server.directory.clock.advance(3_601_000);
    expect((await query('/Users', { cursor: next, count: '1' })).body.scimType).toBe('expiredCursor');
  });
});

describe('queries across resource types (RFC 7644 §3.4.2.1)', () => {
  test('treat an attribute that only one type has as having no value in the other type', async () => {
    const { body } = await query('/', { filter: 'userName sw "user" or members pr', count: '1000' });
    const types = body.Resources.map((one: Body) => one.meta.resourceType);
    expect(types).toContain('User');
    expect(types).toContain('Group');
    const named = await query('/', { filter: 'meta.resourceType eq "Group" and not (userName pr)' });
    expect(named.body.totalResults).toBe(groups.length);
    expect((await query('/', { filter: 'userName eq null' })).body.totalResults).toBe(groups.length);
    expect((await query('/', { filter: 'emails[type eq "work"]', attributes: 'id' })).body.Resources[0]).toEqual({
      schemas: expect.any(Array),
      id: expect.any(String),
    });
  });

  test('are refused for an attribute that neither type has', async () => {
    expect(await query('/', { filter: 'shoeSize pr' })).toMatchObject({
      status: 400,
      body: { scimType: 'invalidFilter' },
    });
    expect((await query('/', { sortBy: 'shoeSize' })).status).toBe(400);
    expect((await query('/', { filter: 'password eq "x"' })).body.scimType).toBe('invalidFilter');
  });

  test('return the same result by POST to .search as by GET', async () => {
    const parameters = { filter: 'displayName pr', sortBy: 'displayName', sortOrder: 'descending' };
    for (const path of ['/Users', '/Groups', '']) {
      const got = await query(path === '' ? '/' : path, { ...parameters, attributes: 'displayName', count: '4' });
      const posted = await server.send('POST', `${path}/.search`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        ...parameters,
        attributes: ['displayName'],
        count: 4,
      });
      expect(posted.status).toBe(200);
      expect(posted.body).toEqual(got.body);
    }
  });

  test('count a new user in totalResults at once, and no longer count a deleted user', async () => {
    const count = async (path: string) => (await query(path, { count: '0' })).body.totalResults;
    const before = await count('/');
    const { body } = await server.send('POST', '/Users', { userName: 'counted' });
    expect(await count('/')).toBe(before + 1);
    await server.send('DELETE', `/Users/${body.id}`);
    expect(await count('/')).toBe(before);
    expect((await count('/Users')) + (await count('/Groups'))).toBe(before);
  });
});
