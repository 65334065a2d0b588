import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import type { JsonObject } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { comparisonOperators, type Filter, type FilterValue } from '#scim/filter/ast.ts';
import { matches } from '#scim/filter/evaluate.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { printFilter } from '#scim/filter/print.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { splitAttributePath } from '#scim/path/attribute-path.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { engineOf } from '#database/engine.ts';
import { AppError } from '#base/errors.ts';
import { createGroup, deleteGroup } from './groups.ts';
import { listResources } from './listing.ts';
import { groupResources, userResources } from './resources.ts';
import { compareScalar, prefixUpperBound } from './scalar-sql.ts';
import { deleteUser } from './delete-user.ts';
import { createUser } from './users.ts';
import { propertyRuns } from '../../tests/support/test-database.ts';

/**
 * Only a few texts, so that random filters often match. They include upper and lower case, letters outside ASCII, and texts that
 * are difficult to order.
 */
const texts = [
  'ann',
  'ANN',
  'Ännï',
  'äNNÏ',
  'Straße',
  'STRASSE',
  'b',
  'bo',
  '%_"\\',
  '\u{1F600}',
  '\uFFEE',
  'ΟΔΟΣ',
  'οδος',
];
const text = fc.constantFrom(...texts);

let directory: TestDirectory;
let users: readonly JsonObject[];
let groups: readonly JsonObject[];

const everything = { position: { kind: 'offset', offset: 0 }, count: 1_000 } as const;

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller } = directory;
  const documents = fc.sample(userDocument(), { numRuns: 40, seed: 20_260_105 });
  const ids: string[] = [];
  for (const [index, document] of documents.entries()) {
    const { id } = await createUser(deps, caller, { document: asSent(document, index), ignored: [] });
    ids.push(id);
    directory.clock.advance(1_000);
  }
  const staff = await createGroup(deps, caller, group('Straße', ids.slice(0, 10)));
  await createGroup(deps, caller, group('ANN', [...ids.slice(8, 20), staff.id]));
  await createGroup(deps, caller, group('empty', []));
  const gone = await createGroup(deps, caller, group('gone', ids.slice(0, 5)));
  await deleteGroup(deps, caller, gone.id, { expectedVersion: undefined });
  for (const id of ids.slice(0, 3)) await deleteUser(deps, caller, id, { expectedVersion: undefined });
  // Filters must never find the data of another organization.
  const stranger = await directory.newCaller('Stranger');
  const theirs = await createUser(deps, stranger, { document: { userName: 'ann', externalId: 'ann' }, ignored: [] });
  await createGroup(deps, stranger, group('ANN', [theirs.id]));
  users = await allUsers();
  groups = await allGroups();
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

function group(displayName: string, ids: readonly string[]) {
  return { document: { displayName, members: ids.map((value) => ({ value })) }, ignored: [] };
}

function userDocument(): fc.Arbitrary<JsonObject> {
  const email = fc.record(
    {
      value: text.map((local) => `${local}@x.example`),
      type: fc.constantFrom('work', 'Work', 'home'),
      primary: fc.constant(false),
    },
    { requiredKeys: ['value'] },
  );
  return fc
    .record(
      {
        userName: text,
        externalId: text,
        displayName: text,
        title: text,
        active: fc.boolean(),
        name: fc.record({ familyName: text, givenName: text }, { requiredKeys: ['familyName'] }),
        phoneNumbers: fc.array(fc.record({ value: text, type: text }, { requiredKeys: ['value'] }), {
          minLength: 1,
          maxLength: 3,
        }),
        [ENTERPRISE_USER_SCHEMA]: fc.record(
          { department: text, manager: fc.record({ value: text }) },
          { requiredKeys: ['department'] },
        ),
        homes: fc.array(email, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: ['userName'] },
    )
    .map((document) => document as JsonObject);
}

/** Builds the document to send. The first email address is unique in the organization; the other addresses may repeat. */
function asSent({ homes, ...document }: JsonObject, index: number): JsonObject {
  const userName = `${String(document['userName'] as string)}${index}`;
  if (!Array.isArray(homes)) return { ...document, userName };
  const primary = { value: `user${index}@x.example`, type: 'work', primary: true };
  return { ...document, userName, emails: [primary, ...homes] };
}

async function listed(type: ResourceTypeName, filter?: Filter) {
  const { deps, caller } = directory;
  const { total, resources } = await listResources(deps, caller.origin.organizationId, {
    types: [type],
    filter,
    ...everything,
  });
  expect(total).toBe(resources.length);
  return resources;
}

async function allUsers() {
  const { deps, caller } = directory;
  const stored = (await listed('User')).flatMap((one) => (one.type === 'User' ? [one.stored] : []));
  const selection = parseSelection(deps.schemas.User, undefined, undefined);
  const resources = await userResources(deps, caller.origin.organizationId, stored, { baseUrl: 'http://x', selection });
  return resources.map(({ body }) => body);
}

async function allGroups() {
  const { deps } = directory;
  const stored = (await listed('Group')).flatMap((one) => (one.type === 'Group' ? [one.stored] : []));
  const selection = parseSelection(deps.schemas.Group, undefined, undefined);
  return (await groupResources(deps, stored, { baseUrl: 'http://x', selection })).map(({ body }) => body);
}

async function idsBySql(type: ResourceTypeName, filter: Filter): Promise<readonly string[]> {
  return (await listed(type, filter)).map(({ key }) => key.id);
}

const idOf = (resource: JsonObject) => String(resource['id'] as string);

interface Paths {
  readonly text: readonly string[];
  readonly boolean: readonly string[];
  readonly date: readonly string[];
  readonly complex: Readonly<Record<string, readonly string[]>>;
}

const userPaths: Paths = {
  text: [
    'userName',
    'externalId',
    'displayName',
    'title',
    'nickName',
    'name.familyName',
    'name.givenName',
    'emails.value',
    'emails.type',
    'emails',
    'phoneNumbers.value',
    'phoneNumbers',
    'department',
    `${ENTERPRISE_USER_SCHEMA}:manager`,
    'id',
    'schemas',
    'groups.display',
    'groups',
    'meta.resourceType',
    'roles.value',
  ],
  boolean: ['active', 'emails.primary', 'roles.primary'],
  date: ['meta.created', 'meta.lastModified'],
  complex: {
    emails: ['value', 'type'],
    phoneNumbers: ['value', 'type'],
    name: ['familyName', 'givenName'],
    groups: ['value', 'display'],
  },
};
const groupPaths: Paths = {
  text: ['displayName', 'externalId', 'id', 'members', 'members.display', 'members.type', 'schemas'],
  boolean: [],
  date: ['meta.created'],
  complex: { members: ['value', 'type', 'display'] },
};

/** Generates filters on these attributes, mostly with values that occur in the resources. */
function filters(paths: Paths, resources: () => readonly JsonObject[]): fc.Arbitrary<Filter> {
  const path = (name: string) => splitAttributePath(name, 0);
  const comparison = (name: string, values: fc.Arbitrary<FilterValue>, operators: readonly string[]) =>
    fc.record({
      kind: fc.constant('comparison' as const),
      path: fc.constant(path(name)),
      operator: fc.constantFrom(...comparisonOperators.filter((operator) => operators.includes(operator))),
      value: values,
    });
  const equality = ['eq', 'ne'];
  const order = [...equality, 'gt', 'ge', 'lt', 'le'];
  const known = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: text.map((local) => `${local}@X.EXAMPLE`) },
    { weight: 1, arbitrary: fc.constantFrom('', 'work', 'User', 'Group', ENTERPRISE_USER_SCHEMA) },
    { weight: 1, arbitrary: fc.nat().map((number) => idOf(resources()[number % resources().length] ?? {})) },
  );
  const dates = fc
    .integer({ min: -5, max: 50 })
    .map((seconds) => new Date(Date.UTC(2026, 0, 5, 9, 0, seconds)).toISOString());
  const leaves = (names: Paths): fc.Arbitrary<Filter>[] => [
    ...names.text.map((name) => comparison(name, known, comparisonOperators)),
    ...names.text.map((name) => comparison(name, fc.constant(null), equality)),
    ...names.boolean.map((name) => comparison(name, fc.boolean(), equality)),
    ...names.date.map((name) => comparison(name, dates, order)),
    ...[...names.text, ...names.boolean, ...names.date].map((name) =>
      fc.constant<Filter>({ kind: 'present', path: path(name) }),
    ),
  ];
  const tree = (leaf: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> => {
    if (depth === 0) return leaf;
    const inner = tree(leaf, depth - 1);
    const operands = fc.array(inner, { minLength: 2, maxLength: 3 });
    return fc.oneof(
      { weight: 3, arbitrary: leaf },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), operands }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), operand: inner }) },
    );
  };
  const valuePaths = Object.entries(paths.complex).map(([name, subs]) =>
    fc.record({
      kind: fc.constant('valuePath' as const),
      path: fc.constant(path(name)),
      filter: tree(fc.oneof(...leaves({ text: subs, boolean: [], date: [], complex: {} })), 2),
    }),
  );
  return tree(fc.oneof(...leaves(paths), ...valuePaths), 2);
}

describe('a filter compiled to SQL', () => {
  test('finds the same users, in the same order, as the filter evaluator', async () => {
    expect(users).toHaveLength(37);
    await fc.assert(
      fc.asyncProperty(
        filters(userPaths, () => users),
        async (filter) => {
          const typed = typeFilter(directory.deps.schemas.User, filter);
          const wanted = users.filter((user) => matches(typed, user)).map(idOf);
          expect(await idsBySql('User', filter), printFilter(filter)).toEqual(wanted);
        },
      ),
      { numRuns: propertyRuns(1_500) },
    );
  });

  test('finds the same groups, in the same order, as the filter evaluator', async () => {
    expect(groups).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(
        filters(groupPaths, () => [...groups, ...users]),
        async (filter) => {
          const typed = typeFilter(directory.deps.schemas.Group, filter);
          const wanted = groups.filter((one) => matches(typed, one)).map(idOf);
          expect(await idsBySql('Group', filter), printFilter(filter)).toEqual(wanted);
        },
      ),
      { numRuns: propertyRuns(500) },
    );
  });
});

test.for([
  'meta.version eq "W/\\"1\\""',
  'meta.location pr',
  'manager.displayName eq "x"',
  'groups[type eq "direct"]',
  'groups.$ref pr',
])('rejects a filter on a computed attribute: %s', async (filter) => {
  await expect(idsBySql('User', parseFilter(filter))).rejects.toThrow(AppError);
  await expect(idsBySql('User', parseFilter(filter))).rejects.toMatchObject({ code: 'filterOperator' });
});

describe('the range of strings that start with a prefix', () => {
  test.for([
    ['a', 'b'],
    ['az', 'a{'],
    ['a\u{10FFFF}', 'b'],
    ['\uD7FF', '\uE000'],
    ['\u{10FFFF}', undefined],
    ['\u{10FFFF}\u{10FFFF}', undefined],
  ] as const)('has, for the prefix %j, the upper bound %j', ([prefix, end]) => {
    expect(prefixUpperBound(prefix)).toBe(end);
  });

  test('includes all strings that do not sort before the prefix if it has no upper bound', async () => {
    const { json } = engineOf(directory.deps.database);
    const { rows } = await sql<{
      found: number;
    }>`select ${compareScalar(json, json.text(sql.val('\u{10FFFF}x')), 'sw', '\u{10FFFF}')} as found`.execute(
      directory.deps.database,
    );
    expect(Boolean(rows[0]?.found)).toBe(true);
  });
});
