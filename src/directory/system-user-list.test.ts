import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOfAsync } from '../../tests/support/error-of.ts';
import { CONDITIONS_MAX, SORT_KEYS_MAX, VALUES_MAX, type Condition } from './list-condition.ts';
import { directory, openDirectoryForTests } from './directory.fixture.ts';
import { directoryCaller } from './directory-caller.ts';
import { attributeContract } from './attribute-contract.ts';
import { listGroups } from './group-list-store.ts';
import { listGroupMembers, listNestedUsers } from './group-member-store.ts';
import { createUserGroup, changeMembership } from './user-groups.ts';
import { listSystemUsers, type SystemUserQuery } from './system-user-list-store.ts';
import { propertyNames } from './system-user-fields.ts';
import { createSystemUser } from './system-users.ts';
import { findGroupsOf } from './membership-store.ts';

beforeAll(async () => {
  await openDirectoryForTests();
  await make('ann', { lastname: 'Ångström', department: 'R&D', unix_uid: 9, sudo: true, employeeIdentifier: 'a_1' });
  await make('bob', {
    lastname: '50%_off',
    department: 'Sales',
    unix_uid: 10,
    recoveryEmail: { address: 'B@x.example' },
  });
  await make('cy', { lastname: "O'Neil; drop table users", state: 'SUSPENDED', employeeIdentifier: 'aX1' });
});
afterAll(() => directory[Symbol.asyncDispose]());

const ownCaller = () => directoryCaller(directory.caller.origin);
const organizationId = () => directory.caller.origin.organizationId;

async function make(username: string, more: object = {}) {
  directory.clock.advance(1_000);
  const body = { username, email: `${username}@example.com`, ...more };
  const options = { creationSource: 'tanhua:api', defaultState: 'ACTIVATED' } as const;
  return await createSystemUser(directory.deps, ownCaller(), body, options);
}

const everyone: SystemUserQuery = { all: [], any: [], terms: [], termFields: [], sort: [], skip: 0, limit: 100 };
const list = async (query: Partial<SystemUserQuery>) =>
  (await listSystemUsers(directory.deps.database, organizationId(), { ...everyone, ...query })).users.map(
    ({ username }) => username,
  );
const one = (field: string, operator: Condition['operator'], ...values: string[]): Partial<SystemUserQuery> => ({
  all: [{ field, operator, values }],
});
const search = (term: string, field = 'lastname'): Partial<SystemUserQuery> => ({ terms: [term], termFields: [field] });

describe('listSystemUsers', () => {
  test('finds users with each filter operator', async () => {
    expect(await list(one('username', 'eq', 'ANN'))).toEqual(['ann']);
    expect(await list(one('username', 'ne', 'ann'))).toEqual(['bob', 'cy']);
    expect(await list(one('unix_uid', 'gt', '9'))).toEqual(['bob']);
    expect(await list(one('unix_uid', 'lte', '9'))).toEqual(['ann']);
    expect(await list(one('unix_uid', 'between', '9', '10'))).toEqual(['ann', 'bob']);
    expect(await list(one('username', 'in', 'ann', 'cy', 'nobody'))).toEqual(['ann', 'cy']);
    expect(await list(one('department', 'nin', 'Sales'))).toEqual(['ann', 'cy']);
    expect(await list(one('email', 'startsWith', 'BOB@'))).toEqual(['bob']);
    expect(await list(one('email', 'endsWith', '@example.com'))).toEqual(['ann', 'bob', 'cy']);
    expect(await list(one('sudo', 'eq', 'true'))).toEqual(['ann']);
    expect(await list(one('sudo', 'eq', 'false'))).toEqual(['bob', 'cy']);
    expect(await list(one('state', 'eq', 'suspended'))).toEqual(['cy']);
    expect(await list(one('active', 'eq', 'false'))).toEqual(['cy']);
    expect(await list(one('recoveryEmail.address', 'eq', 'b@X.example'))).toEqual(['bob']);
    // An empty value matches users without a department.
    expect(await list(one('department', 'eq', ''))).toEqual(['cy']);
    expect(await list(one('department', 'ne', ''))).toEqual(['ann', 'bob']);
  });

  test('searches for the literal text: SQL wildcards have no special meaning', async () => {
    expect(await list(search('ångSTRÖM'))).toEqual(['ann']);
    expect(await list(search('50%'))).toEqual(['bob']);
    expect(await list(search('%'))).toEqual(['bob']);
    expect(await list(search('_'))).toEqual(['bob']);
    expect(await list(search('a_1', 'employeeIdentifier'))).toEqual(['ann']);
    expect(await list(search("O'Neil; drop"))).toEqual(['cy']);
    expect(await list(search('\\'))).toEqual([]);
    expect(await list(search('x'.repeat(10_000)))).toEqual([]);
  });

  test('sorts by every field; a missing value sorts before all other values', async () => {
    const fields = [
      ...attributeContract.map(({ property }) => property),
      ...propertyNames.filter((name) => !/^(attributes|relationships|recoveryEmail|delegatedAuthority)$/.test(name)),
      ...'_id username email state suspended activated active account_locked created account_locked_date'.split(' '),
      ...'badLoginAttempts password_expired password_date totp_enabled organization creationSource'.split(' '),
      'lastModified',
      'recoveryEmail.address',
    ];
    for (const field of fields) {
      for (const descending of [true, false]) {
        expect(await list({ sort: [{ field, descending }] }), field).toHaveLength(3);
      }
    }
    expect(await list({ sort: [{ field: 'department', descending: false }] })).toEqual(['cy', 'ann', 'bob']);
    expect(await list({ sort: [{ field: 'department', descending: true }] })).toEqual(['bob', 'ann', 'cy']);
    expect(await list({ sort: [{ field: 'unix_uid', descending: true }] })).toEqual(['bob', 'ann', 'cy']);
    expect(await list({ sort: [{ field: 'created', descending: true }] })).toEqual(['cy', 'bob', 'ann']);
  });

  test('returns the total and no users for a page beyond the last user', async () => {
    const { database } = directory.deps;
    const page = await listSystemUsers(database, organizationId(), { ...everyone, skip: 9_999_999, limit: 1 });
    expect(page).toEqual({ total: 3, users: [] });
    expect(await list({ skip: 1, limit: 1 })).toEqual(['bob']);
  });

  test('rejects unknown fields, invalid values, and operators that a field does not support', async () => {
    const codeOf = async (query: Partial<SystemUserQuery>) => (await errorOfAsync(list(query))).code;
    for (const query of [
      one('color', 'eq', 'x'),
      one('constructor', 'eq', 'x'),
      one('attributes', 'eq', 'x'),
      one('unix_uid', 'gt', 'ten'),
      one('created', 'gt', 'yesterday'),
      one('sudo', 'eq', 'perhaps'),
      one('sudo', 'search', 'true'),
      { sort: [{ field: 'color', descending: false }] },
    ]) {
      expect(await codeOf(query), JSON.stringify(query)).toBe('invalidQuery');
    }
  });

  test('accepts a query at each limit and rejects a query that exceeds the limit by one', async () => {
    const condition: Condition = { field: 'department', operator: 'eq', values: ['Sales'] };
    const many = (count: number) => ({ any: Array.from({ length: count }, () => [condition]) });
    expect(await list(many(CONDITIONS_MAX))).toEqual(['bob']);
    expect((await errorOfAsync(list(many(CONDITIONS_MAX + 1)))).code).toBe('invalidQuery');
    const values = (count: number) => one('username', 'in', 'ann', ...Array.from({ length: count - 1 }, String));
    expect(await list(values(VALUES_MAX))).toEqual(['ann']);
    expect((await errorOfAsync(list(values(VALUES_MAX + 1)))).code).toBe('invalidQuery');
    const sorted = (count: number) => ({
      sort: Array.from({ length: count }, () => ({ field: '_id', descending: true })),
    });
    expect(await list(sorted(SORT_KEYS_MAX))).toHaveLength(3);
    expect((await errorOfAsync(list(sorted(SORT_KEYS_MAX + 1)))).code).toBe('invalidQuery');
    const terms = (count: number) => ({ terms: Array.from({ length: count }, () => 'ang'), termFields: ['username'] });
    expect(await list(terms(CONDITIONS_MAX))).toEqual([]);
    expect((await errorOfAsync(list(terms(CONDITIONS_MAX + 1)))).code).toBe('invalidQuery');
  });
});

test('groups can be filtered and sorted, and users of nested groups are listed with their shortest path', async () => {
  const { deps } = directory;
  const caller = ownCaller();
  const group = async (name: string) => await createUserGroup(deps, caller, { name });
  const [outer, inner, other] = [await group('Outer'), await group('Inner'), await group('Other')];
  const eve = await make('eve');
  const dan = await make('dan');
  const add = async (id: string, memberId: string) => await changeMembership(deps, caller, id, { op: 'add', memberId });
  for (const [id, member] of [
    [outer.id, inner.id],
    [outer.id, other.id],
    [inner.id, eve.id],
    [other.id, eve.id],
    [outer.id, dan.id],
    [inner.id, dan.id],
  ] as const) {
    await add(id, member);
  }
  const page = { skip: 0, limit: 100 };
  const users = await listNestedUsers(deps.database, [outer.id], page);
  expect(users).toEqual(
    [
      { id: eve.id, type: 'User', through: [outer.id, [inner.id, other.id].toSorted()[0]] },
      { id: dan.id, type: 'User', through: [outer.id] },
    ].toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  );
  expect(await listNestedUsers(deps.database, [outer.id], { skip: 1, limit: 1 })).toEqual(users.slice(1));
  expect(await listNestedUsers(deps.database, [outer.id], { skip: 2, limit: 1 })).toEqual([]);
  expect((await listGroupMembers(deps.database, outer.id, page)).map(({ type }) => type).toSorted()).toEqual([
    'Group',
    'Group',
    'User',
  ]);
  const paths = (await findGroupsOf(deps.database, [eve.id])).map(({ groupId, through }) => [groupId, through.at(-1)]);
  expect(paths.every(([id, last]) => id === last)).toBe(true);
  const names = async (all: readonly Condition[], descending = false) =>
    (
      await listGroups(deps.database, organizationId(), { all, sort: [{ field: 'name', descending }], ...page })
    ).groups.map(({ displayName }) => displayName);
  expect(await names([], true)).toEqual(['Outer', 'Other', 'Inner']);
  expect(await names([{ field: 'name', operator: 'startsWith', values: ['o'] }])).toEqual(['Other', 'Outer']);
  expect(await names([{ field: 'type', operator: 'eq', values: ['user_group'] }])).toHaveLength(3);
  expect((await errorOfAsync(names([{ field: 'color', operator: 'eq', values: ['x'] }]))).code).toBe('invalidQuery');
});
