import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { errorOfAsync } from '../../../tests/support/error-of.ts';
import { listEvents } from '#audit/event-store.ts';
import type { Caller } from '#directory/stored.ts';
import { createGroup, deleteGroup } from '#directory/groups.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser } from '#directory/users.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { DAY_MS } from '#base/clock.ts';
import {
  allowGroup,
  connectableGroups,
  denyGroup,
  explainReplies,
  repliesFor,
  repliesTag,
  replyText,
  saveReplies,
  SERVER_GROUPS_MAX,
  serversOfUser,
} from './connections.ts';
import type { EntraIdentity } from '../credentials/entra-answer.ts';
import { insertServerGroup, listServerGroups } from './group-store.ts';
import { decidedReplies } from './reply-conflicts.ts';
import { createServer } from './servers.ts';
import {
  bindAccount,
  deleteBindings,
  deleteWifiPassword,
  findBinding,
  findWifiPassword,
  saveWifiPassword,
} from './user-store.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

/** Creates an organization with a server and functions for its users and groups. */
async function newOffice() {
  const { deps, newCaller } = directory;
  const caller: Caller = await newCaller('Office');
  const { origin } = caller;
  const server = await createServer(deps, origin, { name: 'Wi-Fi' });
  let users = 0;
  return {
    caller,
    origin,
    organizationId: origin.organizationId,
    server,
    addUser: async () => {
      users += 1;
      return (await createUser(deps, caller, { document: { userName: `user${users}` }, ignored: [] })).id;
    },
    addGroup: async (displayName: string, ...members: readonly string[]) => {
      const document = { displayName, members: members.map((value) => ({ value })) };
      return (await createGroup(deps, caller, { document, ignored: [] })).id;
    },
    allow: async (groupId: string) => await allowGroup(deps, origin, server.id, groupId),
    setReplies: async (groupId: string, ...texts: readonly string[]) => {
      const replies = texts.map((text) => {
        const [name = '', value = ''] = text.split(' = ');
        return { name, value };
      });
      await saveReplies(deps, origin, groupId, () => ({ replies }));
    },
  };
}
const lastEvent = async (organizationId: string) =>
  (await listEvents(directory.deps.database, { organizationId, limit: 1 }))[0];

describe('connectableGroups()', () => {
  test('returns the groups of the server that contain the user directly or through nested groups', async () => {
    const { deps } = directory;
    const { addUser, addGroup, allow, server, organizationId } = await newOffice();
    const [ann, bob, eve] = [await addUser(), await addUser(), await addUser()];
    const inner = await addGroup('Inner', ann);
    const outer = await addGroup('Outer', inner, bob);
    await addGroup('Others', eve);
    const groupsOf = async (user: string) =>
      (await connectableGroups(deps.database, server, user)).map(({ display, through }) => [display, through]);
    expect(await groupsOf(ann)).toEqual([]);
    await allow(outer);
    expect(await groupsOf(ann)).toEqual([['Outer', [inner, outer]]]);
    expect(await groupsOf(bob)).toEqual([['Outer', [outer]]]);
    expect(await groupsOf(eve)).toEqual([]);
    await allow(inner);
    expect((await groupsOf(ann)).map(([name]) => name)).toEqual(['Inner', 'Outer']);
    expect(await serversOfUser(deps.database, organizationId, bob)).toMatchObject([
      { serverId: server.id, groups: [{ groupId: outer }] },
    ]);
    expect(await serversOfUser(deps.database, organizationId, eve)).toEqual([]);
  });

  test('leaves out groups that are connected to another server, and deleted groups', async () => {
    const { deps } = directory;
    const { addUser, addGroup, allow, server, caller, origin, organizationId } = await newOffice();
    const ann = await addUser();
    const staff = await addGroup('Staff', ann);
    const second = await createServer(deps, origin, { name: 'VPN' });
    await allowGroup(deps, origin, second.id, staff);
    expect(await connectableGroups(deps.database, server, ann)).toEqual([]);
    await allow(staff);
    expect(await serversOfUser(deps.database, organizationId, ann)).toHaveLength(2);
    expect(await connectableGroups(deps.database, { ...server, organizationId: 'another' }, ann)).toEqual([]);
    await deleteGroup(deps, caller, staff, { expectedVersion: undefined });
    expect(await connectableGroups(deps.database, server, ann)).toEqual([]);
    expect(await listServerGroups(deps.database, organizationId, server.id)).toEqual([]);
  });
});

describe('allowGroup() and denyGroup()', () => {
  test('record one event for each change', async () => {
    const { deps } = directory;
    const { addGroup, allow, server, origin, organizationId } = await newOffice();
    const staff = await addGroup('Staff');
    await allow(staff);
    const event = await lastEvent(organizationId);
    expect(event).toMatchObject({
      event_type: 'radiusserver_update',
      resource: { id: server.id },
      changes: [{ field: 'groups', from: null, to: ['Staff'] }],
    });
    await allow(staff);
    expect((await lastEvent(organizationId))?.['id']).toBe(event?.['id']);
    await denyGroup(deps, origin, server.id, staff);
    expect(await lastEvent(organizationId)).toMatchObject({
      changes: [{ field: 'groups', from: ['Staff'], to: null }],
    });
    expect((await errorOfAsync(denyGroup(deps, origin, server.id, staff))).code).toBe('notFound');
  });

  test('refuse groups and servers of another organization, and more than SERVER_GROUPS_MAX groups', async () => {
    const { deps } = directory;
    const one = await newOffice();
    const other = await newOffice();
    const staff = await one.addGroup('Staff');
    expect((await errorOfAsync(other.allow(staff))).code).toBe('notFound');
    expect((await errorOfAsync(allowGroup(deps, other.origin, one.server.id, staff))).code).toBe('notFound');
    for (let number = 1; number < SERVER_GROUPS_MAX; number += 1) {
      const groupId = await one.addGroup(`Group ${number}`);
      const row = { organizationId: one.organizationId, serverId: one.server.id, groupId };
      await insertServerGroup(deps.database, row, deps.clock.now());
    }
    await one.allow(staff);
    const more = await one.addGroup('More');
    expect((await errorOfAsync(one.allow(more))).message).toContain(`At most ${SERVER_GROUPS_MAX} groups`);
  });
});

describe('repliesFor()', () => {
  test('returns the attributes of all groups that let the user connect; the group that was created last wins a conflict', async () => {
    const { deps, clock } = directory;
    const { addUser, addGroup, allow, setReplies, server } = await newOffice();
    const ann = await addUser();
    const old = await addGroup('Old', ann);
    clock.advance(1);
    const young = await addGroup('Young', ann);
    const unconnected = await addGroup('Unconnected', ann);
    for (const group of [old, young]) await allow(group);
    await setReplies(
      old,
      'Tunnel-Private-Group-Id = 42',
      'Tunnel-Private-Group-Id:1 = 43',
      'Session-Timeout = 60',
      'Cisco-AVPair = a',
    );
    await setReplies(
      young,
      'Tunnel-Private-Group-Id = 77',
      'Session-Timeout = 60',
      'Cisco-AVPair = b',
      'Cisco-AVPair = c',
    );
    await setReplies(unconnected, 'Filter-Id = unconnected');
    expect((await repliesFor(deps.database, server, ann)).map(replyText)).toEqual([
      'Tunnel-Private-Group-Id:0 = 77',
      'Session-Timeout = 60',
      'Cisco-AVPair = b',
      'Cisco-AVPair = c',
      'Tunnel-Private-Group-Id:1 = 43',
    ]);
    const { overridden, replies } = await explainReplies(deps.database, server, ann);
    expect(overridden.map(({ group, by, ...reply }) => [replyText(reply), group.name, by.name])).toEqual([
      ['Tunnel-Private-Group-Id:0 = 42', 'Old', 'Young'],
      ['Cisco-AVPair = a', 'Old', 'Young'],
    ]);
    expect(replies.map(({ group }) => group.name)).toEqual(['Young', 'Young', 'Young', 'Young', 'Old']);
    expect(await repliesFor(deps.database, server, await addUser())).toEqual([]);
  });

  test('decides by the order of creation if groups were created in the same millisecond', async () => {
    const { deps } = directory;
    const { addUser, addGroup, allow, setReplies, server } = await newOffice();
    const ann = await addUser();
    for (const name of ['First', 'Second', 'Third']) {
      const id = await addGroup(name, ann);
      await allow(id);
      await setReplies(id, `Filter-Id = ${name}`);
    }
    expect((await repliesFor(deps.database, server, ann)).map(replyText)).toEqual(['Filter-Id = Third']);
  });

  test('does not list values of an older group as overridden that the younger group also has', () => {
    const group = (name: string, ...values: readonly string[]) => ({
      id: name,
      name,
      createdAt: new Date(0),
      sequence: 1,
      replies: values.map((value) => ({ name: 'Filter-Id', tag: null, value })),
    });
    const { replies, overridden } = decidedReplies([group('young', 'a', 'b'), group('old', 'b', 'c')]);
    expect(replies.map(({ value }) => value)).toEqual(['a', 'b']);
    expect(overridden.map(({ value, by }) => [value, by.name])).toEqual([['c', 'young']]);
  });
});

describe('saveReplies()', () => {
  test('replaces the attributes in their order, records an event, and refuses other versions', async () => {
    const { deps } = directory;
    const { addGroup, origin, organizationId } = await newOffice();
    const staff = await addGroup('Staff');
    const save = async (replies: readonly { name: string; value: string }[], ifMatch?: string) =>
      (await saveReplies(deps, origin, staff, () => ({ replies }), ifMatch)).replies;
    const first = await save([
      { name: 'session-timeout', value: '60' },
      { name: 'Filter-Id', value: '%{User-Name}' },
    ]);
    expect(first.map(replyText)).toEqual(['Session-Timeout = 60', 'Filter-Id = %{User-Name}']);
    const event = await lastEvent(organizationId);
    expect(event).toMatchObject({
      event_type: 'group_update',
      changes: [{ field: 'radiusReplies', from: null, to: ['Session-Timeout = 60', 'Filter-Id = %{User-Name}'] }],
    });
    await save(first, repliesTag(first));
    expect((await lastEvent(organizationId))?.['id']).toBe(event?.['id']);
    const second = await save(first.toReversed(), repliesTag(first));
    expect(second.map(({ name }) => name)).toEqual(['Filter-Id', 'Session-Timeout']);
    expect((await errorOfAsync(save([], repliesTag(first)))).code).toBe('versionMismatch');
    expect((await errorOfAsync(save([{ name: 'State', value: 'x' }]))).code).toBe('invalidValue');
    expect(await save([])).toEqual([]);
  });

  test('sets and removes a VLAN, and keeps the other attributes and the VLANs of other tags', async () => {
    const { deps } = directory;
    const { addGroup, origin } = await newOffice();
    const staff = await addGroup('Staff');
    const save = async (vlan: { vlan: string | number; tag?: number } | null) =>
      (await saveReplies(deps, origin, staff, (replies) => ({ replies, vlan }))).replies.map(replyText);
    await saveReplies(deps, origin, staff, () => ({ replies: [{ name: 'Filter-Id', value: 'x' }] }));
    expect(await save({ vlan: 42 })).toEqual([
      'Tunnel-Type:0 = VLAN',
      'Tunnel-Medium-Type:0 = IEEE-802',
      'Tunnel-Private-Group-Id:0 = 42',
      'Filter-Id = x',
    ]);
    expect(await save({ vlan: 'guests', tag: 2 })).toHaveLength(7);
    expect(await save({ vlan: 43 })).toHaveLength(7);
    expect(await save(null)).toEqual(['Filter-Id = x']);
  });

  test('refuses a group of another organization', async () => {
    const one = await newOffice();
    const other = await newOffice();
    const staff = await one.addGroup('Staff');
    const save = saveReplies(directory.deps, other.origin, staff, () => ({ replies: [] }));
    expect((await errorOfAsync(save)).code).toBe('notFound');
  });
});

describe('the rows of a user', () => {
  const oid = '2f1f7a1c-5d0e-4c58-9a63-7c1de2b0f4a9';

  test('bind the first account in a tenant, until the binding is removed', async () => {
    const { deps, clock } = directory;
    const { database } = deps;
    const { addUser, organizationId } = await newOffice();
    const key = { organizationId, userId: await addUser() };
    const account = { tenant: 'tenant', objectId: oid };
    const another = { tenant: 'tenant', objectId: 'another' };
    const elsewhere = { tenant: 'other tenant', objectId: 'another' };
    const bind = async (wanted: EntraIdentity, tenant: string | null = wanted.tenant) =>
      await bindAccount(database, key, wanted, tenant, clock.now());
    expect(await findBinding(database, key, 'tenant')).toBeUndefined();
    expect(await bind(account)).toEqual(account);
    expect(await bind(another)).toEqual(account);
    // By a domain, whose tenant is not known before, the user has the account of any tenant.
    expect(await bind(elsewhere, null)).toEqual(account);
    expect(await findBinding(database, key, 'other tenant')).toBeUndefined();
    clock.advance(1);
    expect(await bind(elsewhere)).toEqual(elsewhere);
    expect(await findBinding(database, key, 'tenant')).toEqual(account);
    expect(await findBinding(database, key, null), 'the newest').toEqual(elsewhere);
    expect(await findBinding(database, { ...key, organizationId: 'another' }, null)).toBeUndefined();
    expect(await deleteBindings(database, 'another', key.userId)).toBe(false);
    expect(await deleteBindings(database, organizationId, key.userId)).toBe(true);
    expect(await deleteBindings(database, organizationId, key.userId)).toBe(false);
    expect(await bind(another)).toEqual(another);
  });

  test('bind an account to one user of an organization, also with concurrent first sign-ins', async () => {
    const { deps, clock } = directory;
    const { database } = deps;
    const { addUser, organizationId, caller } = await newOffice();
    const [ann, bob] = [await addUser(), await addUser()];
    const account = { tenant: 'tenant', objectId: 'shared' };
    const bind = async (userId: string, tenant: string | null = null) =>
      await bindAccount(database, { organizationId, userId }, account, tenant, clock.now());
    const bound = await Promise.all([bind(ann), bind(bob), bind(ann, 'tenant'), bind(bob, 'tenant')]);
    const owner = bound[0] === undefined ? bob : ann;
    const refused = owner === ann ? bob : ann;
    expect(bound).toEqual(
      owner === ann ? [account, undefined, account, undefined] : [undefined, account, undefined, account],
    );
    // Two accounts of one user, by a domain: only one of them is bound.
    const both = ['one', 'two'].map(async (tenant) =>
      bindAccount(database, { organizationId, userId: refused }, { tenant, objectId: oid }, null, clock.now()),
    );
    const [one, two] = await Promise.all(both);
    expect(one).toEqual(two);
    await deleteBindings(database, organizationId, refused);

    const other = await newOffice();
    const stranger = { organizationId: other.organizationId, userId: await other.addUser() };
    expect(await bindAccount(database, stranger, account, null, clock.now()), 'in another organization').toEqual(
      account,
    );
    await deleteUser(deps, caller, owner, { expectedVersion: undefined });
    expect(await bind(refused), 'that of a deleted user').toEqual(account);
    expect(await findBinding(database, { organizationId, userId: owner }, null)).toBeUndefined();
  });

  test('have one Wi-Fi password, which a new one replaces', async () => {
    const { database, clock } = directory.deps;
    const { addUser, organizationId } = await newOffice();
    const userId = await addUser();
    const find = async () => await findWifiPassword(database, organizationId, userId);
    expect(await find()).toBeUndefined();
    for (const hash of ['first', 'second']) {
      const password = { hash, createdAt: clock.now() };
      await saveWifiPassword(database, { organizationId, userId }, password);
      expect(await find()).toEqual(password);
    }
    expect(await findWifiPassword(database, 'another', userId)).toBeUndefined();
    expect(await deleteWifiPassword(database, 'another', userId)).toBe(false);
    expect(await deleteWifiPassword(database, organizationId, userId)).toBe(true);
    expect(await deleteWifiPassword(database, organizationId, userId)).toBe(false);
  });

  test('disappear when the user is purged, as do those of a purged group', async () => {
    const { deps, clock } = directory;
    const { database } = deps;
    const { addUser, addGroup, allow, setReplies, caller, server, organizationId } = await newOffice();
    const userId = await addUser();
    const staff = await addGroup('Staff', userId);
    await allow(staff);
    await setReplies(staff, 'Filter-Id = x');
    const key = { organizationId, userId, tenantId: 'tenant' };
    const account = { tenant: 'tenant', objectId: oid };
    await bindAccount(database, key, account, null, clock.now());
    await saveWifiPassword(database, key, { hash: 'hash', createdAt: clock.now() });
    await deleteUser(deps, caller, userId, { expectedVersion: undefined });
    await deleteGroup(deps, caller, staff, { expectedVersion: undefined });
    expect(await findBinding(database, key, null)).toEqual(account);
    clock.advance(31 * DAY_MS);
    await purgeDeleted(deps);
    expect(await findBinding(database, key, null)).toBeUndefined();
    expect(await findWifiPassword(database, organizationId, userId)).toBeUndefined();
    for (const table of ['radius_server_groups', 'radius_replies'] as const) {
      const rows = await database.selectFrom(table).select('group_id').where('group_id', '=', staff).execute();
      expect(rows, table).toEqual([]);
    }
    expect(await listServerGroups(database, organizationId, server.id)).toEqual([]);
  });
});
