import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#database/database.ts';
import { currentChangeNumber, listChanges, recordChanges, deleteChangesUpTo } from './change-store.ts';
import { openTestSource, someGroup, someUser, type TestSource } from './source.fixture.ts';
import {
  deleteSourceGroupRow,
  findDynamicGroups,
  findSourceGroup,
  findSourceGroups,
  findSourceGroupsByName,
  firstAssignedGroupFrom,
  insertSourceGroups,
  listSourceGroups,
  pageOfSourceGroups,
  updateSourceGroupRow,
} from './source-group-store.ts';
import { countMembers, deleteMembers, groupIdsOf, insertMembers, memberIdsOf } from './source-member-store.ts';
import {
  deleteSourceUserRow,
  findDeletedUsersByUpn,
  findSourceUser,
  findSourceUserByUpn,
  findSourceUsers,
  findUsersDeletedUntil,
  firstUserFrom,
  insertSourceUsers,
  listSourceUsers,
  pageOfSourceUsers,
  directReportIdsOf,
  updateSourceUserRow,
  type UserState,
} from './source-user-store.ts';
import { deleteTenant, findTenant, listTenants } from './tenant-store.ts';

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

/**
 * Returns an id that begins with the digit. The three ids below are in ascending order, with room for other ids before, between and after
 * them.
 */
const idOf = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const [first, second, third] = [idOf('1'), idOf('5'), idOf('9')];

const ids = (objects: readonly { readonly id: string }[]) => objects.map(({ id }) => id);

describe('tenants', () => {
  test('are found by id and name regardless of case, and are deleted together with their users and groups', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Fabrikam');
    const { organizationId } = tenant;
    expect(await findTenant(database, organizationId, 'FABRIKAM')).toEqual(tenant);
    expect(await findTenant(database, organizationId, tenant.id.toUpperCase())).toEqual(tenant);
    expect(await findTenant(database, organizationId, 'Nobody')).toBeUndefined();
    expect(await findTenant(database, 'another', tenant.id)).toBeUndefined();
    expect((await listTenants(database, organizationId)).map(({ name }) => name)).toEqual(['Contoso', 'Fabrikam']);
    const [user, group] = [someUser(tenant), someGroup(tenant)];
    await insertSourceUsers(database, [user]);
    await insertSourceGroups(database, [group]);
    await insertMembers(database, group, [{ id: user.id, type: 'User' }]);
    await deleteTenant(database, organizationId, tenant.id);
    expect(await findTenant(database, organizationId, tenant.id)).toBeUndefined();
    expect(await findSourceUser(database, tenant.id, user.id)).toBeUndefined();
    expect(await memberIdsOf(database, group.id)).toEqual([]);
  });

  test('cannot have names that differ only in case', async () => {
    await source.newTenant('Twice');
    await expect(source.newTenant('TWICE')).rejects.toThrow(/unique/i);
  });
});

describe('users', () => {
  test('are read back unchanged after an insert or update', async () => {
    const { database, tenant } = source;
    const boss = someUser(tenant, { displayName: 'Åsa Öberg', proxyAddresses: ['SMTP:asa@contoso.example'] });
    const user = someUser(tenant, { userPrincipalName: 'Straße@contoso.example' }, { managerId: boss.id });
    await insertSourceUsers(database, [boss, user]);
    expect(await findSourceUser(database, tenant.id, user.id)).toEqual(user);
    expect(await findSourceUser(database, 'another', user.id)).toBeUndefined();
    expect(await findSourceUserByUpn(database, tenant.id, 'STRASSE@contoso.example')).toEqual(user);
    expect(await findSourceUsers(database, tenant.id, [boss.id, user.id, 'nobody'])).toEqual(
      [boss, user].toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
    expect(await directReportIdsOf(database, boss.id)).toEqual([user.id]);
    const changed = { ...user, attributes: { ...user.attributes, displayName: 'X' }, accountEnabled: false };
    await updateSourceUserRow(database, changed);
    expect(await findSourceUser(database, tenant.id, user.id)).toEqual(changed);
    await deleteSourceUserRow(database, tenant.id, user.id);
    expect(await findSourceUser(database, tenant.id, user.id)).toBeUndefined();
  });

  test('are paged by id, including deleted ones', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Pages');
    const gone = new Date(Date.UTC(2026, 0, 2));
    const users = Array.from({ length: 450 }, (_, index) =>
      someUser(tenant, {}, { deletedAt: index % 10 === 0 ? gone : null }),
    );
    await insertSourceUsers(database, users);
    const seen: string[] = [];
    for (let after: string | null = null; ; after = seen.at(-1) ?? null) {
      const page = await pageOfSourceUsers(database, tenant.id, { after, limit: 100 });
      if (page.length === 0) break;
      seen.push(...ids(page));
    }
    expect(seen).toEqual(ids(users).toSorted());
    expect(await findUsersDeletedUntil(database, { until: gone, tenantId: tenant.id, limit: 100 })).toHaveLength(45);
    const before = new Date(gone.getTime() - 1);
    expect(await findUsersDeletedUntil(database, { until: before, tenantId: tenant.id, limit: 100 })).toEqual([]);
  });

  test('can be searched by the beginning of their displayName or userPrincipalName', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Lists');
    const named = (displayName: string, upn: string, deletedAt: Date | null = null) =>
      someUser(tenant, { displayName, userPrincipalName: `${upn}@contoso.example` }, { deletedAt });
    const gone = named('Ánna', 'a2', new Date(0));
    await insertSourceUsers(database, [named('Zoë', 'anna'), named('ÁNNA', 'a1'), named('Ben', 'ben'), gone]);
    const search = async (text: string, deleted?: 'all' | 'deleted') => {
      const found = await listSourceUsers(database, tenant.id, { search: text, deleted, skip: 0, limit: 10 });
      expect(found.total).toBe(found.objects.length);
      return found.objects.map((user) => user.attributes['displayName']);
    };
    expect(await search('')).toEqual(['Ben', 'Zoë', 'ÁNNA']);
    expect(await search('ann')).toEqual(['Zoë']);
    expect(await search('án')).toEqual(['ÁNNA']);
    expect(await search('án', 'all')).toHaveLength(2);
    expect(await search('án', 'deleted')).toEqual(['Ánna']);
    const page = await listSourceUsers(database, tenant.id, { skip: 1, limit: 1 });
    expect([page.total, page.objects[0]?.attributes['displayName']]).toEqual([3, 'Zoë']);
    expect(ids(await findDeletedUsersByUpn(database, tenant.id, 'A2@contoso.example'))).toEqual([gone.id]);
  });

  test('in a given state are searched from a given id upward, and then from the lowest id', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Circle');
    await insertSourceUsers(database, [
      { ...someUser(tenant), id: first },
      { ...someUser(tenant), id: second, accountEnabled: false },
      { ...someUser(tenant), id: third, deletedAt: new Date(1) },
    ]);
    const from = async (id: string, ...states: readonly UserState[]) =>
      (await firstUserFrom(database, tenant.id, { from: id, states }))?.id;
    expect(await from('0', 'enabled', 'disabled', 'deleted')).toBe(first);
    expect(await from('2', 'enabled', 'disabled', 'deleted')).toBe(second);
    expect(await from('2', 'enabled', 'deleted')).toBe(third);
    expect(await from('2', 'enabled')).toBe(first);
    expect(await from('6', 'disabled')).toBe(second);
    expect(await from('0')).toBeUndefined();
  });

  test('that are not deleted cannot share a userPrincipalName', async () => {
    const { database, tenant } = source;
    const upn = { userPrincipalName: 'once@contoso.example' };
    await insertSourceUsers(database, [someUser(tenant, upn, { deletedAt: new Date(0) }), someUser(tenant, upn)]);
    const again = someUser(tenant, { userPrincipalName: 'ONCE@contoso.example' });
    await expect(insertSourceUsers(database, [again])).rejects.toThrow(/unique/i);
  });
});

describe('groups', () => {
  test('are found by id, name and search, and are read back unchanged after an insert or update', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Groups');
    const group = someGroup(tenant, { displayName: 'Örebro' });
    const dynamic = someGroup(tenant, { displayName: 'All' }, 'user.department -eq "x"');
    await insertSourceGroups(database, [group, dynamic]);
    expect(await findSourceGroup(database, tenant.id, group.id)).toEqual(group);
    expect(ids(await findSourceGroups(database, tenant.id, [group.id, 'nobody']))).toEqual([group.id]);
    expect(ids(await findSourceGroupsByName(database, tenant.id, 'ÖREBRO'))).toEqual([group.id]);
    expect(await findDynamicGroups(database, tenant.id)).toEqual([dynamic]);
    const all = await pageOfSourceGroups(database, tenant.id, { after: null, limit: 10 });
    expect(ids(all)).toEqual([group.id, dynamic.id].toSorted());
    expect(await pageOfSourceGroups(database, tenant.id, { after: all[1]?.id ?? null, limit: 10 })).toEqual([]);
    expect(await listSourceGroups(database, tenant.id, { search: 'ö', skip: 0, limit: 10 })).toEqual({
      total: 1,
      objects: [group],
    });
    const changed = { ...group, attributes: { displayName: 'Umeå' } };
    await updateSourceGroupRow(database, changed);
    expect(await findSourceGroup(database, tenant.id, group.id)).toEqual(changed);
    await deleteSourceGroupRow(database, tenant.id, group.id);
    expect(await findSourceGroup(database, tenant.id, group.id)).toBeUndefined();
  });

  test('without a membership rule are searched from a given id upward, and then from the lowest id', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Groups in a circle');
    await insertSourceGroups(database, [
      { ...someGroup(tenant), id: first },
      { ...someGroup(tenant), id: second },
      { ...someGroup(tenant), id: third, membershipRule: 'user.department -eq "R&D"' },
    ]);
    const from = async (id: string) => (await firstAssignedGroupFrom(database, tenant.id, id))?.id;
    expect(await from('0')).toBe(first);
    expect(await from('2')).toBe(second);
    expect(await from('6')).toBe(first);
    await Promise.all([first, second].map((id) => deleteSourceGroupRow(database, tenant.id, id)));
    expect(await from('0')).toBeUndefined();
  });

  test('can gain or lose more members at once than one SQL statement can insert or delete', async () => {
    const { database } = source;
    const tenant = await source.newTenant('Members');
    const [group, other] = [someGroup(tenant), someGroup(tenant)];
    await insertSourceGroups(database, [group, other]);
    const users = Array.from({ length: 1_100 }, () => someUser(tenant));
    const gone = someUser(tenant, {}, { deletedAt: new Date(0) });
    await insertSourceUsers(database, [...users, gone]);
    const members = [...users, gone, other].map(({ id, type }) => ({ id, type }));
    expect(await insertMembers(database, group, members)).toHaveLength(1_102);
    expect(await insertMembers(database, group, members)).toEqual([]);
    expect(await memberIdsOf(database, group.id)).toEqual(
      members
        .map((member) => ({ ...member, deleted: member.id === gone.id }))
        .toSorted((one, another) => (one.id < another.id ? -1 : 1)),
    );
    const first = users[0]?.id ?? '';
    await insertMembers(database, other, [{ id: first, type: 'User' }]);
    const found = await groupIdsOf(database, [first, other.id, 'nobody']);
    expect(found.get(first)).toEqual([group.id, other.id].toSorted());
    expect(found.get(other.id)).toEqual([group.id]);
    expect(found.has('nobody')).toBe(false);
    expect(await countMembers(database, [group.id, other.id])).toEqual(
      new Map([
        [group.id, 1_102],
        [other.id, 1],
      ]),
    );
    expect(await deleteMembers(database, group.id, [...ids(users), 'nobody'])).toHaveLength(1_100);
    expect(ids(await memberIdsOf(database, group.id))).toEqual([gone.id, other.id].toSorted());
  });
});

describe('the change log', () => {
  test('numbers the changes of each tenant separately and in order', async () => {
    const { database, clock } = source;
    const [tenant, other] = [await source.newTenant('Log'), await source.newTenant('Other log')];
    const object = { objectType: 'User', objectId: 'one' } as const;
    await inTransaction(database, async (transaction) => {
      expect(await recordChanges(transaction, clock, tenant, [])).toBe(0);
      const drafts = Array.from({ length: 450 }, () => ({ ...object, kind: 'update', fields: ['city'] }) as const);
      expect(await recordChanges(transaction, clock, tenant, [{ ...object, kind: 'add' }, ...drafts])).toBe(451);
      expect(await recordChanges(transaction, clock, other, [{ ...object, kind: 'member', detailId: 'two' }])).toBe(1);
    });
    expect(await currentChangeNumber(database, tenant.id)).toBe(451);
    expect(await listChanges(database, tenant.id, { after: 0, limit: 2 })).toEqual([
      { number: 1, ...object, kind: 'add', detailId: null, fields: [], at: clock.now() },
      { number: 2, ...object, kind: 'update', detailId: null, fields: ['city'], at: clock.now() },
    ]);
    expect(await listChanges(database, other.id, { after: 0, limit: 2 })).toMatchObject([{ detailId: 'two' }]);
    await deleteChangesUpTo(database, tenant.id, 450);
    expect(await listChanges(database, tenant.id, { after: 0, limit: 9 })).toMatchObject([{ number: 451 }]);
  });

  test('has no gaps when transactions run concurrently and some are rolled back', async () => {
    const { database, clock } = source;
    const tenant = await source.newTenant('Concurrent');
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, async (_, index) => {
        await inTransaction(database, async (transaction) => {
          const drafts = Array.from({ length: 1 + (index % 3) }, () => {
            return { objectType: 'User', objectId: `${index}`, kind: 'update' } as const;
          });
          await recordChanges(transaction, clock, tenant, drafts);
          if (index % 4 === 0) throw new Error('rolled back');
        });
      }),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    const changes = await listChanges(database, tenant.id, { after: 0, limit: 1_000 });
    expect(changes.map(({ number }) => number)).toEqual(changes.map((_, index) => index + 1));
    expect(await currentChangeNumber(database, tenant.id)).toBe(changes.length);
    expect(new Set(changes.map(({ objectId }) => objectId)).size).toBe(30);
  });
});
