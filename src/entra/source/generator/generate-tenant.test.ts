import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listChanges } from '../change-store.ts';
import { compileMembershipRule } from '../evaluate-membership-rule.ts';
import { pageOfSourceGroups } from '../source-group-store.ts';
import { memberIdsOf } from '../source-member-store.ts';
import type { EntraTenant, SourceUser } from '../source-object.ts';
import { pageOfSourceUsers } from '../source-user-store.ts';
import { checkValues } from '../source-values.ts';
import { openTestSource, type TestSource } from '../source.fixture.ts';
import { insertTenant } from '../tenant-store.ts';
import { applyMixedChange } from './apply-mixed-change.ts';
import { fillTenant } from './fill-tenant.ts';
import { GENERATED_GROUPS_MAX, GENERATED_USERS_MAX, generateTenant } from './generate-tenant.ts';
import { mixedChanges } from './mixed-changes.ts';

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

const key = { id: 'tenant', organizationId: 'organization', domain: 'contoso.example' };
const plan = { seed: 7, users: 3_000, groups: 40, tenant: key, at: new Date(0) };
const usersOf = (seed = 7): readonly SourceUser[] => [...generateTenant({ ...plan, seed }).users()].flat();
const text = (user: SourceUser, name: string) => {
  const value = user.attributes[name];
  return typeof value === 'string' ? value : '';
};

describe('a generated tenant', () => {
  const users = usersOf();

  test('is the same for the same seed, and has other user ids for another seed or tenant', () => {
    const [one, other] = [generateTenant(plan), generateTenant(plan)];
    expect(one.groups).toEqual(other.groups);
    expect(usersOf()).toEqual(users);
    expect([...one.members()]).toEqual([...other.members()]);
    const ids = new Set(users.map(({ id }) => id));
    expect(ids.size).toBe(3_000);
    expect(usersOf(8).some(({ id }) => ids.has(id))).toBe(false);
    const elsewhere = generateTenant({ ...plan, tenant: { ...key, id: 'elsewhere' } });
    expect([...elsewhere.users()].flat().some(({ id }) => ids.has(id))).toBe(false);
  });

  test('has users with valid attributes, and names in many scripts', () => {
    const checked = users.map(({ attributes, id }) => checkValues('User', { ...attributes, objectId: id }).attributes);
    expect(checked).toEqual(users.map(({ attributes }) => attributes));
    expect(new Set(users.map((user) => text(user, 'userPrincipalName').toLowerCase())).size).toBe(3_000);
    const scripts = ['Latin', 'Greek', 'Cyrillic', 'Arabic', 'Hebrew', 'Devanagari', 'Han', 'Hangul'];
    for (const script of scripts) {
      const pattern = new RegExp(`\\p{Script=${script}}`, 'u');
      expect(users.filter((user) => pattern.test(text(user, 'displayName'))).length, script).toBeGreaterThan(10);
    }
    expect(users.some((user) => text(user, 'surname').includes("'"))).toBe(true);
    expect(users.some((user) => text(user, 'surname').includes(' '))).toBe(true);
    expect(users.some((user) => text(user, 'surname').includes('-'))).toBe(true);
  });

  test('has one head, to whom all other employees report directly or indirectly', () => {
    const byId = new Map(users.map((user) => [user.id, user]));
    const employees = users.filter((user) => user.attributes['userType'] === 'Member');
    expect(employees.filter(({ managerId }) => managerId === null)).toEqual([users[0]]);
    const reports = Map.groupBy(employees, ({ managerId }) => managerId);
    for (const user of employees) {
      let above: SourceUser | undefined = user;
      let steps = 0;
      while (above !== undefined && above.managerId !== null && steps < 20) {
        const manager = byId.get(above.managerId);
        expect(manager?.accountEnabled).toBe(true);
        above = manager;
        steps += 1;
      }
      expect(above).toBe(users[0]);
      const manager = user.managerId === null ? undefined : byId.get(user.managerId);
      if (manager !== undefined && manager !== users[0]) {
        expect(manager.attributes['department']).toBe(user.attributes['department']);
        expect(reports.get(manager.id)?.length).toBeLessThanOrEqual(8);
      }
    }
  });

  test('has realistic shares of guests, disabled users and users without an email address', () => {
    const share = (of: (user: SourceUser) => boolean) => (users.filter(of).length / users.length) * 100;
    const guest = share((user) => user.attributes['userType'] === 'Guest');
    const disabled = share((user) => !user.accountEnabled);
    const mailless = share((user) => user.attributes['mail'] === undefined);
    for (const [percent, min, max] of [
      [guest, 2, 6],
      [disabled, 1, 4],
      [mailless, 5, 11],
    ] as const) {
      expect(percent).toBeGreaterThan(min);
      expect(percent).toBeLessThan(max);
    }
    const guests = users.filter((user) => user.attributes['userType'] === 'Guest');
    for (const user of guests) expect(text(user, 'userPrincipalName')).toMatch(/^[^@]+#EXT#@contoso\.example$/);
    const departments = Map.groupBy(users, (user) => text(user, 'department'));
    expect(departments.size).toBe(12);
    for (const [name, of] of departments) {
      if (name !== '') expect(new Set(of.map((user) => user.attributes['extensionAttribute1'])).size).toBe(1);
    }
  });

  test('has an empty group, dynamic groups, and project groups with overlapping members', () => {
    const { groups, members } = generateTenant(plan);
    expect(groups).toHaveLength(40);
    const filled = new Map([...members()].map(({ group, ids }) => [group.id, ids]));
    const empty = groups.filter((group) => group.membershipRule === null && !filled.has(group.id));
    expect(empty.map((group) => group.attributes['displayName'])).toEqual(['Empty Group']);
    expect(groups.filter((group) => group.membershipRule !== null)).toHaveLength(7);
    const projects = groups.filter((group) => JSON.stringify(group.attributes['displayName']).startsWith('"Project'));
    const inProjects = projects.flatMap((group) => filled.get(group.id) ?? []);
    expect(new Set(inProjects).size).toBeLessThan(inProjects.length);
    expect(new Set(groups.map((group) => group.attributes['displayName'])).size).toBe(40);
    expect([0, 1, 3].map((count) => generateTenant({ ...plan, groups: count }).groups.length)).toEqual([0, 1, 3]);
  });
});

async function stateOf({ database }: TestSource, tenant: EntraTenant) {
  const users = await pageOfSourceUsers(database, tenant.id, { after: null, limit: 10_000 });
  const groups = await pageOfSourceGroups(database, tenant.id, { after: null, limit: 1_000 });
  const members = await Promise.all(groups.map(async ({ id }) => [id, await memberIdsOf(database, id)] as const));
  return { users, groups, members };
}

test('fillTenant stores the users and groups of a tenant, reports its progress and fills the dynamic groups', async () => {
  const tenant = await source.newTenant('Large');
  const reported: string[] = [];
  await fillTenant(source.deps, tenant, { seed: 1, users: 2_500, groups: 50 }, (what, done, total) => {
    reported.push(`${what} ${done} of ${total}`);
  });
  expect(reported).toContain('users 2500 of 2500');
  expect(reported.at(-1)).toBe('groups 50 of 50');
  const { users, groups, members } = await stateOf(source, tenant);
  expect([users.length, groups.length]).toEqual([2_500, 50]);
  const memberIds = new Map(members);
  for (const group of groups.filter(({ membershipRule }) => membershipRule !== null)) {
    const expected = users.filter(compileMembershipRule(group.membershipRule ?? '')).map(({ id }) => id);
    expect(memberIds.get(group.id)?.map(({ id }) => id)).toEqual(expected);
  }
});

test.for([
  ['users', { users: GENERATED_USERS_MAX + 1, groups: 0 }],
  ['groups', { users: 0, groups: GENERATED_GROUPS_MAX + 1 }],
  ['users', { users: -1, groups: 0 }],
] as const)('fillTenant refuses a number of %s that is outside the limits: %j', async ([attribute, sizes]) => {
  await expect(fillTenant(source.deps, source.tenant, { seed: 1, ...sizes })).rejects.toMatchObject({ attribute });
});

describe('a script of changes', () => {
  test('is the same for the same seed, differs for another seed, and contains changes of every kind', () => {
    expect(mixedChanges(3, 300)).toEqual(mixedChanges(3, 300));
    expect(mixedChanges(3, 300)).not.toEqual(mixedChanges(4, 300));
    expect(new Set(mixedChanges(3, 300).map(({ kind }) => kind)).size).toBe(14);
    expect(mixedChanges(3, 0)).toEqual([]);
  });

  test('has the same effect on equal tenants, and leaves members, managers and the change log consistent', async () => {
    const id = '11111111-2222-4333-8444-555555555555';
    const script = mixedChanges(9, 250);
    const apply = async (own: TestSource, tenant: EntraTenant, some: typeof script) => {
      const done = [];
      for (const change of some) done.push(await applyMixedChange(own.deps, tenant, change));
      return done;
    };
    const begin = async (own: TestSource, name: string) => {
      const tenant = await insertTenant(own.database, own.clock, { ...own.tenant, id, name });
      await fillTenant(own.deps, tenant, { seed: 5, users: 120, groups: 20 });
      const done = await apply(own, tenant, script.slice(0, 120));
      expect(done.filter((one) => one !== undefined).length).toBeGreaterThan(90);
      const page = await pageOfSourceUsers(own.database, id, { after: null, limit: 1_000 });
      return { tenant, done, users: page.map((user) => ({ ...user, organizationId: '' })) };
    };
    await using own = await openTestSource();
    const { tenant, ...state } = await begin(own, 'one');
    {
      await using other = await openTestSource();
      const { tenant: _, ...same } = await begin(other, 'two');
      expect(same).toEqual(state);
    }
    const done = [...state.done, ...(await apply(own, tenant, script.slice(120)))];
    expect(new Set(done.flatMap((one) => one?.kind ?? [])).size).toBe(14);
    const { users, groups, members } = await stateOf(own, tenant);
    const ids = new Set(users.map((user) => user.id));
    for (const user of users) {
      expect(checkValues('User', user.attributes).attributes).toEqual(user.attributes);
      if (user.managerId !== null) expect(ids.has(user.managerId)).toBe(true);
    }
    for (const [groupId, of] of members) {
      const group = groups.find((one) => one.id === groupId);
      for (const member of of) expect(ids.has(member.id)).toBe(true);
      if (group?.membershipRule == null) continue;
      const expected = users.filter(compileMembershipRule(group.membershipRule));
      expect(of.map((member) => member.id)).toEqual(expected.map((user) => user.id));
    }
    // The change log mentions every user and group that exists or was purged.
    const visited = new Set<string>();
    for (let after = 0; ;) {
      const changes = await listChanges(own.database, tenant.id, { after, limit: 100 });
      if (changes.length === 0) break;
      expect(changes.map(({ number }) => number)).toEqual(changes.map((_, index) => after + index + 1));
      for (const { objectId, kind } of changes) {
        if (kind === 'purge') visited.delete(objectId);
        else visited.add(objectId);
      }
      after += changes.length;
    }
    expect(visited).toEqual(new Set([...ids, ...groups.map((group) => group.id)]));
  });
});
