import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { listChanges } from './change-store.ts';
import { compileMembershipRule } from './evaluate-membership-rule.ts';
import { addMembers, createSourceGroup, deleteSourceGroup, removeMembers, updateSourceGroup } from './source-groups.ts';
import { findDynamicGroups, findSourceGroup } from './source-group-store.ts';
import { memberIdsOf } from './source-member-store.ts';
import { openTestSource, type TestSource } from './source.fixture.ts';
import { pageOfSourceUsers } from './source-user-store.ts';
import {
  createSourceUser,
  deleteSourceUser,
  purgeSourceUser,
  restoreSourceUser,
  updateSourceUser,
} from './source-users.ts';
import type { EntraTenant } from './source-object.ts';

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

let names = 0;
const newUser = async (values: JsonObject = {}, tenant: EntraTenant = source.tenant) => {
  names += 1;
  const userPrincipalName = `person${names}@contoso.example`;
  return await createSourceUser(source.deps, tenant, { userPrincipalName, displayName: 'Person', ...values });
};
const membersOf = async (id: string) => (await memberIdsOf(source.database, id)).map((member) => member.id);

describe('a group', () => {
  test('can be created and updated, and is deleted permanently', async () => {
    const { deps, tenant, database } = source;
    const group = await createSourceGroup(deps, tenant, { displayName: 'Säljare & co', description: 'x' });
    expect(group).toMatchObject({
      attributes: { displayName: 'Säljare & co', mailNickname: 'Saljareco', securityEnabled: true, mailEnabled: false },
      membershipRule: null,
    });
    const outer = await createSourceGroup(deps, tenant, { displayName: 'Outer' });
    await addMembers(deps, tenant, outer.id, [group.id]);
    const changed = await updateSourceGroup(deps, tenant, group.id, { displayName: 'Sales', description: null });
    expect(changed.attributes).not.toHaveProperty('description');
    await deleteSourceGroup(deps, tenant, group.id);
    expect(await findSourceGroup(database, tenant.id, group.id)).toBeUndefined();
    expect(await membersOf(outer.id)).toEqual([]);
    const changes = (await listChanges(database, tenant.id, { after: 0, limit: 1_000 })).slice(-3);
    expect(changes).toMatchObject([
      { kind: 'update', objectId: group.id, fields: ['description', 'displayName'] },
      { kind: 'purge', objectId: group.id },
      { kind: 'member', objectId: outer.id, detailId: group.id },
    ]);
    await expect(deleteSourceGroup(deps, tenant, group.id)).rejects.toMatchObject({ code: 'notFound' });
    await expect(createSourceGroup(deps, tenant, { objectId: outer.id, displayName: 'x' })).rejects.toThrow(/already/);
    await expect(createSourceGroup(deps, tenant, {})).rejects.toMatchObject({ code: 'required' });
    await expect(createSourceGroup(deps, tenant, { displayName: 'x', members: [] })).rejects.toThrow(/individually/);
  });

  test('contains each member only once, and does not accept itself or deleted users as members', async () => {
    const { deps, tenant } = source;
    const group = await createSourceGroup(deps, tenant, { displayName: 'Team' });
    const [one, two] = [await newUser(), await newUser()];
    expect(await addMembers(deps, tenant, group.id, [one.id, two.id])).toHaveLength(2);
    expect(await addMembers(deps, tenant, group.id, [one.id, one.id])).toEqual([]);
    expect(await membersOf(group.id)).toEqual([one.id, two.id].toSorted());
    expect(await removeMembers(deps, tenant, group.id, [one.id, 'nobody'])).toEqual([one.id]);
    await expect(addMembers(deps, tenant, group.id, [one.id, 'nobody'])).rejects.toThrow(/"nobody"/);
    await expect(addMembers(deps, tenant, group.id, [group.id])).rejects.toThrow(/itself/);
    await deleteSourceUser(deps, tenant, one.id);
    await expect(addMembers(deps, tenant, group.id, [one.id])).rejects.toMatchObject({ code: 'notFound' });
    expect(await membersOf(group.id)).toEqual([two.id]);
  });

  test('with a membership rule has exactly the members that satisfy it, and members cannot be added or removed', async () => {
    const { deps, tenant } = source;
    const [one, two] = [await newUser({ department: 'Dyes' }), await newUser()];
    const rule = 'user.department -eq "Dyes"';
    const group = await createSourceGroup(deps, tenant, { displayName: 'Dyes', membershipRule: rule });
    expect(await membersOf(group.id)).toEqual([one.id]);
    await updateSourceUser(deps, tenant, two.id, { department: 'dyes' });
    expect(await membersOf(group.id)).toEqual([one.id, two.id].toSorted());
    await updateSourceUser(deps, tenant, one.id, { department: null });
    expect(await membersOf(group.id)).toEqual([two.id]);
    await expect(addMembers(deps, tenant, group.id, [one.id])).rejects.toMatchObject({ code: 'conflict' });
    await expect(removeMembers(deps, tenant, group.id, [two.id])).rejects.toThrow(/follow from its rule/);
    await expect(
      updateSourceGroup(deps, tenant, group.id, { membershipRule: 'user.hat -eq "x"' }),
    ).rejects.toMatchObject({ position: 0 });
    await updateSourceGroup(deps, tenant, group.id, { membershipRule: `user.objectId -eq "${one.id}"` });
    expect(await membersOf(group.id)).toEqual([one.id]);
    await updateSourceGroup(deps, tenant, group.id, { membershipRule: null });
    expect(await addMembers(deps, tenant, group.id, [two.id, (await newGroup()).id])).toHaveLength(2);
    await updateSourceGroup(deps, tenant, group.id, { membershipRule: rule });
    expect(await membersOf(group.id)).toEqual([two.id]);
  });
});

const newGroup = () => createSourceGroup(source.deps, source.tenant, { displayName: 'Nested' });

type Step = readonly ['create' | 'move' | 'switch' | 'delete' | 'restore' | 'purge' | 'rule', number, number];

test('a dynamic group always has the users that satisfy its rule, and the change log records every membership change', async () => {
  const cities = ['Lund', 'LUND', 'Umeå', null];
  const rules = [
    'user.city -eq "lund"',
    'user.city -ne "Lund" -and user.accountEnabled -eq true',
    'user.city -eq null',
  ];
  const kinds = ['create', 'create', 'move', 'move', 'switch', 'delete', 'restore', 'purge', 'rule'] as const;
  const step = fc.tuple(fc.constantFrom(...kinds), fc.nat(50), fc.nat(50));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      names += 1;
      const tenant = await source.newTenant(`Property ${names}`);
      for (const membershipRule of rules) {
        await createSourceGroup(source.deps, tenant, { displayName: 'x', membershipRule });
      }
      for (const one of steps) await applyStep(tenant, one);
      const users = await pageOfSourceUsers(source.database, tenant.id, { after: null, limit: 100 });
      const changes = await listChanges(source.database, tenant.id, { after: 0, limit: 1_000 });
      for (const group of await findDynamicGroups(source.database, tenant.id)) {
        const expected = users.filter(compileMembershipRule(group.membershipRule ?? '')).map(({ id }) => id);
        expect(await membersOf(group.id)).toEqual(expected);
        const memberChanges = changes.filter(({ kind, objectId }) => kind === 'member' && objectId === group.id);
        const odd = [...Map.groupBy(memberChanges, ({ detailId }) => detailId)].flatMap(([id, of]) =>
          of.length % 2 ? [id] : [],
        );
        expect(new Set(odd)).toEqual(new Set(expected));
      }
      expect(changes.map(({ number }) => number)).toEqual(changes.map((_, index) => index + 1));
    }),
    { numRuns: 12 },
  );

  async function applyStep(tenant: EntraTenant, [kind, which, value]: Step): Promise<void> {
    const { deps, database } = source;
    const city = cities[value % cities.length] ?? null;
    if (kind === 'create') {
      await newUser({ city }, tenant);
      return;
    }
    const users = await pageOfSourceUsers(database, tenant.id, { after: null, limit: 100 });
    if (kind === 'rule') {
      const groups = await findDynamicGroups(database, tenant.id);
      const membershipRule = rules[value % rules.length] ?? '';
      await updateSourceGroup(deps, tenant, groups[which % groups.length]?.id ?? '', { membershipRule });
      return;
    }
    const fitting = users.filter((user) => kind === 'purge' || (user.deletedAt !== null) === (kind === 'restore'));
    const user = fitting[which % fitting.length];
    if (user === undefined) return;
    if (kind === 'move') await updateSourceUser(deps, tenant, user.id, { city });
    if (kind === 'switch') await updateSourceUser(deps, tenant, user.id, { accountEnabled: !user.accountEnabled });
    if (kind === 'delete') await deleteSourceUser(deps, tenant, user.id);
    if (kind === 'restore') await restoreSourceUser(deps, tenant, user.id);
    if (kind === 'purge') await purgeSourceUser(deps, tenant, user.id);
  }
});
