import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../tests/support/rows-of.ts';
import {
  openTwoOrganizations,
  type FilledOrganization,
  type TwoOrganizations,
} from '../rest-api/two-organizations.fixture.ts';

/** Tests SCIM with a second organization whose users, groups and schemas have the same names; see rest-api/isolation.test.ts. */

const core = 'urn:ietf:params:scim:schemas:core:2.0';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const messages = 'urn:ietf:params:scim:api:messages:2.0';
const badges = 'urn:contoso:scim:schemas:extension:badges:2.0:User';
const ownOnly = 'urn:contoso:scim:schemas:extension:own:2.0:User';
const otherOnly = 'urn:contoso:scim:schemas:extension:other:2.0:User';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let two: TwoOrganizations;
let own: FilledOrganization;
let other: FilledOrganization;
let before: Awaited<ReturnType<typeof rowsOf>>;
const alone = new Map<string, string>();
/** The ids of a user and a group that each integration created by SCIM. */
const scim = new Map<FilledOrganization, { user: string; group: string }>();

async function send(by: FilledOrganization, method: Method, path: string, body?: unknown, key = by.scimKey) {
  const answer = await two.api.app.inject({
    method,
    url: `/scim/v2${path}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return {
    status: answer.statusCode,
    text: answer.body,
    body: answer.body === '' ? undefined : JSON.parse(answer.body),
  };
}

const schemaOf = (id: string) => ({
  schemas: [`${core}:Schema`],
  id,
  name: 'Badges',
  attributes: [{ name: 'badgeId', type: 'string' }],
});

async function fill(organization: FilledOrganization, onlySchema: string): Promise<void> {
  const create = async (path: string, body: unknown, key?: string): Promise<string> => {
    const answer = await send(organization, 'POST', path, body, key);
    expect(answer.status, answer.text).toBe(201);
    return answer.body.id;
  };
  for (const id of [badges, onlySchema]) await create('/Schemas', schemaOf(id), organization.key);
  const user = await create('/Users', {
    schemas: [`${core}:User`, enterprise, badges],
    userName: 'bob',
    externalId: 'bob-1',
    displayName: 'Bob',
    emails: [{ value: 'bob@example.com', type: 'work', primary: true }],
    [enterprise]: { employeeNumber: '7', manager: { value: organization.ids.manager } },
    [badges]: { badgeId: 'B-1' },
  });
  const group = await create('/Groups', {
    schemas: [`${core}:Group`],
    displayName: 'Readers',
    externalId: 'readers-1',
    members: [{ value: user }],
  });
  scim.set(organization, { user, group });
}

const idsOf = (organization: FilledOrganization) => scim.get(organization) ?? { user: '', group: '' };

/** Returns requests that do not name an object of the other organization. */
function questions() {
  const { user, group } = idsOf(own);
  const filters = {
    Users: [
      'userName eq "bob"',
      'userName sw "b"',
      'externalId eq "bob-1"',
      'emails.value eq "bob@example.com"',
      'emails[type eq "work"].value eq "bob@example.com"',
      'displayName co "o"',
      'groups.display eq "Readers"',
      `groups.value eq "${group}"`,
      `id eq "${user}"`,
      `${enterprise}:manager.value eq "${own.ids.manager}"`,
      `${enterprise}:employeeNumber eq "7"`,
      `${badges}:badgeId eq "B-1"`,
      'not (userName eq "nobody")',
    ],
    Groups: [
      'displayName eq "Readers"',
      'externalId eq "readers-1"',
      `members.value eq "${user}"`,
      `members[value eq "${user}"]`,
      'members.display sw "B"',
    ],
  };
  return [
    ...[
      '/Users',
      '/Groups',
      '/Schemas',
      '/ResourceTypes',
      '/Users?count=1',
      '/Users?sortBy=userName',
      '/Groups?sortBy=displayName&startIndex=2',
      '/Users?cursor&count=1',
      `/Users/${user}`,
      `/Groups/${group}`,
      `/Groups/${group}?attributes=members`,
    ].map((path) => ({ path, body: undefined })),
    ...Object.entries(filters).flatMap(([kind, list]) =>
      list.map((filter) => ({ path: `/${kind}?filter=${encodeURIComponent(filter)}`, body: undefined })),
    ),
    { path: '/.search', body: { schemas: [`${messages}:SearchRequest`], filter: 'displayName pr' } },
    { path: '/Users/.search', body: { schemas: [`${messages}:SearchRequest`], filter: 'userName sw "b"' } },
  ];
}

const answerTo = async ({ path, body }: { path: string; body: unknown }) =>
  (await send(own, body === undefined ? 'GET' : 'POST', path, body)).text;

beforeAll(async () => {
  two = await openTwoOrganizations();
  ({ own } = two);
  await fill(own, ownOnly);
  two.api.directory.clock.advance(61_000);
  for (const one of questions()) alone.set(one.path, await answerTo(one));
  other = await two.fillOther();
  await fill(other, otherOnly);
  before = await rowsOf(two.api.directory.deps.database, other.ids.organization);
});
afterAll(() => two[Symbol.asyncDispose]());

const unchanged = async () =>
  expect(await rowsOf(two.api.directory.deps.database, other.ids.organization)).toEqual(before);

test('an integration gets the same responses as before the other organization existed', async () => {
  for (const one of questions()) {
    const { path } = one;
    // Cursors are removed, because they differ each time.
    const text = (await answerTo(one)).replace(/"nextCursor":"[^"]*"/, '');
    expect(text, path).toBe(alone.get(path)?.replace(/"nextCursor":"[^"]*"/, ''));
    if (/filter=/.test(path)) expect(JSON.parse(text).totalResults, `${path}: ${text}`).toBeGreaterThan(0);
  }
  expect(alone.get('/Schemas')).toContain(ownOnly);
});

const patch = (...Operations: readonly unknown[]) => ({ schemas: [`${messages}:PatchOp`], Operations });
const replaceName = patch({ op: 'replace', path: 'displayName', value: 'Taken' });
const userBody = { schemas: [`${core}:User`], userName: 'taken', emails: [{ value: 'taken@example.com' }] };

describe('an object of another organization', () => {
  test.for([
    ['GET', '/Users/$user', undefined],
    ['PUT', '/Users/$user', userBody],
    ['PATCH', '/Users/$user', replaceName],
    ['DELETE', '/Users/$user', undefined],
    ['GET', '/Groups/$group', undefined],
    ['PUT', '/Groups/$group', { schemas: [`${core}:Group`], displayName: 'Taken' }],
    ['PATCH', '/Groups/$group', replaceName],
    ['PATCH', '/Groups/$group', patch({ op: 'add', path: 'members', value: [{ value: 'x' }] })],
    ['DELETE', '/Groups/$group', undefined],
    ['GET', `/Schemas/${otherOnly}`, undefined],
    ['PUT', `/Schemas/${otherOnly}`, schemaOf(otherOnly)],
    ['DELETE', `/Schemas/${otherOnly}`, undefined],
  ] as const)('is not found by %s %s', async ([method, path, body]) => {
    const ids = idsOf(other);
    const real = path.replace('$user', ids.user).replace('$group', ids.group);
    const answer = await send(own, method, real, body, path.startsWith('/Schemas') ? own.key : own.scimKey);
    expect(answer.status, answer.text).toBe(404);
    await unchanged();
  });

  test('is not found by a bulk operation', async () => {
    const ids = idsOf(other);
    const Operations = [
      { method: 'PATCH', path: `/Users/${ids.user}`, data: replaceName },
      { method: 'PUT', path: `/Users/${ids.user}`, data: userBody },
      { method: 'DELETE', path: `/Users/${ids.user}` },
      { method: 'PATCH', path: `/Groups/${ids.group}`, data: replaceName },
      { method: 'DELETE', path: `/Groups/${ids.group}` },
    ];
    const { status, body } = await send(own, 'POST', '/Bulk', { schemas: [`${messages}:BulkRequest`], Operations });
    expect(status).toBe(200);
    expect(body.Operations.map((one: { status: string }) => one.status)).toEqual(Operations.map(() => '404'));
    await unchanged();
  });

  test('is not listed by a filter that names it', async () => {
    const { user, group } = idsOf(other);
    for (const path of [
      `/Users?filter=${encodeURIComponent(`id eq "${user}"`)}`,
      `/Users?filter=${encodeURIComponent(`id eq "${user}" or userName eq "none"`)}`,
      `/Users?filter=${encodeURIComponent(`groups.value eq "${group}"`)}`,
      `/Users?filter=${encodeURIComponent(`${enterprise}:manager.value eq "${other.ids.manager}"`)}`,
      `/Groups?filter=${encodeURIComponent(`id eq "${group}"`)}`,
      `/Groups?filter=${encodeURIComponent(`members.value eq "${user}"`)}`,
    ]) {
      const { status, body } = await send(own, 'GET', path);
      expect([status, body.totalResults], path).toEqual([200, 0]);
    }
  });

  test('is treated as an unknown reference and becomes neither a member nor a manager', async () => {
    const foreign = idsOf(other).user;
    const { user, group } = idsOf(own);
    const member = patch({ op: 'add', path: 'members', value: [{ value: foreign }] });
    const manager = patch({ op: 'add', path: `${enterprise}:manager`, value: { value: foreign } });
    for (const [path, body] of [
      [`/Groups/${group}`, member],
      [`/Users/${user}`, manager],
    ] as const) {
      const answer = await send(own, 'PATCH', path, body);
      expect(answer.status, answer.text).toBeLessThan(500);
      const shown = await send(own, 'GET', path);
      // As for an id that does not exist, the response has only the value that was sent.
      expect(shown.text).not.toContain(`/Users/${foreign}`);
    }
    // Checks the reverse direction: the user of the other organization is not in a group of this organization.
    expect((await send(other, 'GET', `/Users/${foreign}`)).text).not.toContain(group);
    await unchanged();
  });
});

test('the other integration finds its own objects, which shows that the ids in these tests exist', async () => {
  const { user, group } = idsOf(other);
  for (const path of [`/Users/${user}`, `/Groups/${group}`, `/Schemas/${otherOnly}`]) {
    expect((await send(other, 'GET', path)).status, path).toBe(200);
  }
  expect((await send(other, 'DELETE', `/Schemas/${otherOnly}`, undefined, other.key)).status).toBe(204);
  for (const path of [`/Groups/${group}`, `/Users/${user}`])
    expect((await send(other, 'DELETE', path)).status, path).toBe(204);
});
