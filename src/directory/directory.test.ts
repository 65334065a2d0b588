import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { attributeContract, primaryEmail, toDocument, toProperties } from './attribute-contract.ts';
import { createGroup, deleteGroup, EVENT_MEMBERS_MAX, patchGroup, replaceGroup } from './groups.ts';
import { findGroup } from './group-store.ts';
import { MEMBER_FILTERS_MAX } from './members.ts';
import { findMembers } from './membership-store.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { groupResources, userResources } from './resources.ts';
import { RESTORABLE_DAYS, type Caller, type StoredGroup, type StoredUser } from './stored.ts';
import { purgeDeleted, restoreUser } from './trash.ts';
import { findDeletedUser, findUser } from './user-store.ts';
import { createUser, deleteUser, patchUser, replaceUser } from './users.ts';

let directory: TestDirectory;

beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

const always = { expectedVersion: undefined };
let names = 0;

async function newUser(document: JsonObject = {}, caller: Caller = directory.caller): Promise<StoredUser> {
  names += 1;
  return await createUser(directory.deps, caller, { document: { userName: `user${names}`, ...document }, ignored: [] });
}

async function newGroup(ids: readonly string[] = [], caller: Caller = directory.caller): Promise<StoredGroup> {
  names += 1;
  const document = { displayName: `group ${names}`, members: ids.map((value) => ({ value })) };
  return await createGroup(directory.deps, caller, { document, ignored: [] });
}

async function patch(id: string, ...operations: readonly JsonObject[]): Promise<StoredUser> {
  const request = readPatchRequest(
    directory.deps.schemas.User,
    { Operations: operations },
    { unknownAttributes: 'ignore' },
  );
  return await patchUser(directory.deps, directory.caller, id, { ...request, ...always });
}

async function patchMembersOf(id: string, ...operations: readonly JsonObject[]): Promise<StoredGroup> {
  const request = readPatchRequest(
    directory.deps.schemas.Group,
    { Operations: operations },
    { unknownAttributes: 'ignore' },
  );
  return await patchGroup(directory.deps, directory.caller, id, { ...request, ...always });
}

async function membersOf(id: string): Promise<readonly string[]> {
  return (await findMembers(directory.deps.database, id)).map((member) => member.id);
}

async function eventsOf(id: string): Promise<readonly string[]> {
  const events = await listEvents(directory.deps.database, { target: id, limit: 100 });
  return events.map((event) => event['event_type'] as string);
}

async function resourceOf(user: StoredUser): Promise<JsonObject> {
  const { deps, caller } = directory;
  const stored = (await findUser(deps.database, caller.origin.organizationId, user.id)) ?? user;
  const selection = parseSelection(deps.schemas.User, undefined, undefined);
  const [resource] = await userResources(deps, caller.origin.organizationId, [stored], {
    baseUrl: 'http://x',
    selection,
  });
  return resource ?? {};
}

describe('users', () => {
  test('a change that changes nothing keeps version, lastModified and the event log', async () => {
    const user = await newUser({ title: 'Engineer', active: true });
    directory.clock.advance(1_000);
    const same = await patch(
      user.id,
      { op: 'replace', path: 'title', value: 'Engineer' },
      { op: 'Replace', path: 'active', value: 'True' },
    );
    expect(same).toEqual(user);
    const replaced = await replaceUser(directory.deps, directory.caller, user.id, {
      document: user.document,
      ignored: [],
      ...always,
    });
    expect(replaced).toEqual(user);
    expect(await eventsOf(user.id)).toEqual(['user_create']);
    const changed = await patch(user.id, { op: 'replace', path: 'title', value: 'Lead' });
    expect(changed.version).toBe(2);
    expect(changed.modifiedAt.getTime()).toBe(user.modifiedAt.getTime() + 1_000);
  });

  test('a PATCH whose last operation fails changes nothing', async () => {
    const user = await newUser({ title: 'Engineer' });
    const failing = patch(user.id, { op: 'replace', path: 'title', value: 'Lead' }, { op: 'remove', path: 'userName' });
    await expect(failing).rejects.toMatchObject({ code: 'required' });
    expect(await resourceOf(user)).toMatchObject({ title: 'Engineer', meta: { version: 'W/"1"' } });
  });

  test('what was left out is told, though nothing else changed', async () => {
    const user = await newUser();
    expect((await patch(user.id, { op: 'add', path: 'shoeSize', value: '42' })).version).toBe(1);
    expect(await eventsOf(user.id)).toEqual(['user_update', 'user_create']);
  });

  test('states and their events', async () => {
    const staged = await newUser({}, directory.withRules({ newUserState: 'STAGED' }));
    expect(await resourceOf(staged)).toMatchObject({ active: true });
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: true })).state).toBe('STAGED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: false })).state).toBe('SUSPENDED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: false })).version).toBe(2);
    expect((await patch(staged.id, { op: 'remove', path: 'active' })).state).toBe('SUSPENDED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: true })).state).toBe('ACTIVATED');
    expect(await eventsOf(staged.id)).toEqual(['user_unsuspended', 'user_suspended', 'user_create']);
  });

  test('an expired password makes a user inactive, and a new one active again', async () => {
    const user = await newUser();
    await directory.deps.database.updateTable('users').set({ password_expired: 1 }).where('id', '=', user.id).execute();
    expect(await resourceOf(user)).toMatchObject({ active: false });
    const suspended = await patch(user.id, { op: 'replace', path: 'active', value: false });
    expect(suspended.state).toBe('SUSPENDED');
    const renewed = await patch(user.id, { op: 'replace', value: { password: 'a new password', active: true } });
    expect(renewed).toMatchObject({ state: 'ACTIVATED', passwordExpired: false, passwordPending: false });
    const events = JSON.stringify(await listEvents(directory.deps.database, { target: user.id, limit: 10 }));
    expect(events).toContain('********');
    expect(events).not.toContain('a new password');
  });

  test('the password that there is already is no change', async () => {
    const user = await newUser({ password: 'a long password' });
    expect((await patch(user.id, { op: 'replace', path: 'password', value: 'a long password' })).version).toBe(1);
    expect((await patch(user.id, { op: 'replace', path: 'password', value: 'another password' })).version).toBe(2);
  });

  test('who is their own manager is answered as stored', async () => {
    const user = await newUser({ externalId: 'self', [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'self' } } });
    expect(await resourceOf(user)).toMatchObject({ meta: { version: `W/"${user.version}"` } });
  });

  test('If-Match keeps a writer from losing an update', async () => {
    const user = await newUser();
    const expectedVersion = (version: number) => version === 2;
    const stale = replaceUser(directory.deps, directory.caller, user.id, {
      document: user.document,
      ignored: [],
      expectedVersion,
    });
    await expect(stale).rejects.toMatchObject({ code: 'versionMismatch' });
    await expect(deleteUser(directory.deps, directory.caller, user.id, { expectedVersion })).rejects.toMatchObject({
      code: 'versionMismatch',
    });
  });

  test('writers at the same moment: one wins, nothing is lost', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => newUser({ userName: 'contested' })));
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    const user = await newUser();
    await Promise.all(['title', 'nickName', 'locale'].map((path) => patch(user.id, { op: 'add', path, value: path })));
    expect(await resourceOf(user)).toMatchObject({
      title: 'title',
      nickName: 'nickName',
      locale: 'locale',
      meta: { version: 'W/"4"' },
    });
  });

  test('a username that was derived twice gets a number, and stays when the userName stays', async () => {
    const first = await newUser({ userName: 'kim@a.example' });
    const second = await newUser({ userName: 'kim@b.example' });
    expect([first.username, second.username]).toEqual(['kim', 'kim2']);
    await deleteUser(directory.deps, directory.caller, first.id, always);
    expect((await patch(second.id, { op: 'add', path: 'title', value: 'x' })).username).toBe('kim2');
    expect((await patch(second.id, { op: 'replace', path: 'userName', value: 'lee@b.example' })).username).toBe('lee');
  });

  test('a manager is resolved by id, externalId or userName, whichever comes first', async () => {
    const boss = await newUser({ externalId: 'boss-external', displayName: 'The Boss' });
    for (const value of [boss.id, 'boss-external', boss.userName.toUpperCase()]) {
      const report = await newUser({ [ENTERPRISE_USER_SCHEMA]: { manager: { value } } });
      expect(await resourceOf(report)).toMatchObject({
        [ENTERPRISE_USER_SCHEMA]: {
          manager: { value: boss.id, displayName: 'The Boss', $ref: `http://x/Users/${boss.id}` },
        },
      });
    }
    const waiting = await newUser({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'LATE@x.example' } } });
    const late = await newUser({ userName: 'late@x.example' });
    expect(await resourceOf(waiting)).toMatchObject({
      [ENTERPRISE_USER_SCHEMA]: { manager: { value: late.id } },
      meta: { version: 'W/"2"' },
    });
    // A manager who has been deleted is no longer shown by name.
    await deleteUser(directory.deps, directory.caller, late.id, always);
    expect((await resourceOf(waiting))[ENTERPRISE_USER_SCHEMA]).toEqual({ manager: { value: late.id } });
  });
});

describe('deleting, restoring, purging', () => {
  test('a deleted user can be restored for 30 days, and is then gone', async () => {
    const user = await newUser();
    const group = await newGroup([user.id]);
    await deleteUser(directory.deps, directory.caller, user.id, always);
    expect(await membersOf(group.id)).toEqual([]);
    expect((await findGroup(directory.deps.database, user.organizationId, group.id))?.version).toBe(2);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS);
    expect(await purgeDeleted(directory.deps)).toBe(0);
    await restoreUser(directory.deps, directory.caller.origin, user.id);
    expect(await membersOf(group.id)).toEqual([user.id]);
    await deleteUser(directory.deps, directory.caller, user.id, always);
    await deleteGroup(directory.deps, directory.caller, group.id, always);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await purgeDeleted(directory.deps)).toBeGreaterThanOrEqual(2);
    expect(await findDeletedUser(directory.deps.database, user.organizationId, user.id, new Date(0))).toBeUndefined();
    await expect(restoreUser(directory.deps, directory.caller.origin, user.id)).rejects.toMatchObject({
      code: 'notFound',
    });
    expect(await eventsOf(user.id)).toEqual([
      'user_purge',
      'user_delete',
      'user_restore',
      'user_delete',
      'user_create',
    ]);
    expect(await eventsOf(group.id)).toContain('group_purge');
  });

  test('a restored user gets a number where its username was derived, and its reports back', async () => {
    const first = await newUser({ userName: 'pat@a.example', externalId: 'pat' });
    await deleteUser(directory.deps, directory.caller, first.id, always);
    const second = await newUser({ userName: 'pat@b.example' });
    const waiting = await newUser({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'pat' } } });
    expect(second.username).toBe('pat');
    const restored = await restoreUser(directory.deps, directory.caller.origin, 'PAT@a.example');
    expect(restored.username).toBe('pat2');
    expect(await resourceOf(waiting)).toMatchObject({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: first.id } } });
  });

  test('the 30 days end before the purge runs', async () => {
    const user = await newUser();
    await deleteUser(directory.deps, directory.caller, user.id, always);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    await expect(restoreUser(directory.deps, directory.caller.origin, user.id)).rejects.toMatchObject({
      code: 'notFound',
    });
    await purgeDeleted(directory.deps);
  });

  test('who was taken out of a group while deleted does not come back into it', async () => {
    const [staying, leaving] = [await newUser(), await newUser()];
    const group = await newGroup([staying.id, leaving.id]);
    await deleteUser(directory.deps, directory.caller, leaving.id, always);
    const document = { displayName: group.displayName, members: [{ value: staying.id }] };
    await replaceGroup(directory.deps, directory.caller, group.id, { document, ignored: [], ...always });
    await restoreUser(directory.deps, directory.caller.origin, leaving.id);
    expect(await membersOf(group.id)).toEqual([staying.id]);
  });

  test('a deleted group closes no circle', async () => {
    const inner = await newGroup();
    const between = await newGroup([inner.id]);
    const outer = await newGroup([between.id]);
    await deleteGroup(directory.deps, directory.caller, between.id, always);
    await patchMembersOf(inner.id, { op: 'add', path: 'members', value: [{ value: outer.id }] });
    expect(await membersOf(inner.id)).toEqual([outer.id]);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await purgeDeleted(directory.deps)).toBe(1);
  });

  test('more than one batch is purged', async () => {
    const users = await Promise.all(Array.from({ length: 120 }, () => newUser()));
    for (const user of users) await deleteUser(directory.deps, directory.caller, user.id, always);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await purgeDeleted(directory.deps)).toBe(120);
  });
});

describe('groups', () => {
  test('every shape of adding and removing members', async () => {
    const ids = (await Promise.all(Array.from({ length: 5 }, () => newUser()))).map((user) => user.id).sort();
    const [a = '', b = '', c = '', d = '', e = ''] = ids;
    const group = await newGroup();
    const steps: [JsonObject, readonly string[]][] = [
      [{ op: 'add', path: 'members', value: [{ value: a }, { value: b }] }, [a, b]],
      [{ op: 'Add', path: 'members', value: [{ $ref: null, value: b }, { value: c }] }, [a, b, c]],
      [{ op: 'add', value: { members: [{ value: d }] } }, [a, b, c, d]],
      [{ op: 'remove', path: `members[value eq "${a}"]` }, [b, c, d]],
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: b }] }, [c, d]],
      [{ op: 'remove', path: `members[value eq "${c}" or value eq "${a}"]` }, [d]],
      [{ op: 'replace', path: 'members', value: [{ value: a }, { value: e }] }, [a, e]],
      [{ op: 'remove', path: `members[value sw "${e}" and type eq "User"]` }, [a]],
      [{ op: 'Remove', path: 'members', value: [] }, [a]],
      [{ op: 'remove', path: 'members[value eq "nobody"]' }, [a]],
      [{ op: 'remove', path: 'members' }, []],
      [{ op: 'replace', path: 'members', value: ids.map((value) => ({ value })) }, ids],
      [{ op: 'replace', path: 'members', value: [] }, []],
    ];
    for (const [operation, expected] of steps) {
      const before = await membersOf(group.id);
      const version = (await findGroup(directory.deps.database, group.organizationId, group.id))?.version ?? 0;
      const after = await patchMembersOf(group.id, operation);
      expect(await membersOf(group.id), JSON.stringify(operation)).toEqual(expected);
      expect(after.version - version, JSON.stringify(operation)).toBe(before.join() === expected.join() ? 0 : 1);
    }
  });

  test('several operations in one request are one change, or none', async () => {
    const [one, two] = [await newUser(), await newUser()];
    const group = await newGroup([one.id]);
    await patchMembersOf(
      group.id,
      { op: 'add', path: 'members', value: [{ value: two.id }] },
      { op: 'remove', path: `members[value eq "${one.id}"]` },
      { op: 'add', path: 'members', value: [{ value: one.id }] },
      { op: 'replace', path: 'displayName', value: 'Renamed' },
    );
    const [event] = await listEvents(directory.deps.database, { target: group.id, limit: 1 });
    expect(event?.['changes']).toEqual([
      { field: 'displayName', from: group.displayName, to: 'Renamed' },
      { field: 'members', from: null, to: [two.id] },
    ]);
    const failing = patchMembersOf(
      group.id,
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: 'nobody' }] },
    );
    await expect(failing).rejects.toMatchObject({ code: 'memberNotFound' });
    expect(await membersOf(group.id)).toHaveLength(2);
  });

  test('filters that look through all members are limited in number', async () => {
    const group = await newGroup();
    const filters = (count: number) =>
      Array.from({ length: count }, () => ({ op: 'remove', path: 'members[type eq "Group"]' }));
    await expect(patchMembersOf(group.id, ...filters(MEMBER_FILTERS_MAX))).resolves.toBeDefined();
    await expect(patchMembersOf(group.id, ...filters(MEMBER_FILTERS_MAX + 1))).rejects.toMatchObject({
      code: 'tooManyOperations',
    });
    const named = Array.from({ length: MEMBER_FILTERS_MAX + 1 }, () => ({
      op: 'remove',
      path: 'members[value eq "x"]',
    }));
    await expect(patchMembersOf(group.id, ...named)).resolves.toBeDefined();
  });

  test('members that do not exist are named, the first few', async () => {
    const group = await newGroup();
    const value = Array.from({ length: 8 }, (_, index) => ({ value: `nobody${index}` }));
    await expect(patchMembersOf(group.id, { op: 'add', path: 'members', value })).rejects.toMatchObject({
      code: 'memberNotFound',
      message: expect.stringMatching(/"nobody0".*"nobody4" and 3 more/),
    });
  });

  test('groups in groups: shown with their kind, and never in a circle', async () => {
    const user = await newUser();
    const inner = await newGroup([user.id]);
    const outer = await newGroup([inner.id]);
    expect(await resourceOf(user)).toMatchObject({
      groups: [
        { value: inner.id, type: 'direct' },
        { value: outer.id, type: 'indirect' },
      ],
    });
    for (const value of [outer.id, inner.id]) {
      await expect(patchMembersOf(inner.id, { op: 'add', path: 'members', value: [{ value }] })).rejects.toMatchObject({
        code: 'memberCycle',
      });
    }
    const selection = parseSelection(directory.deps.schemas.Group, undefined, undefined);
    const [resource] = await groupResources(directory.deps, [outer], { baseUrl: 'http://x', selection });
    expect(resource).toMatchObject({
      members: [{ value: inner.id, type: 'Group', display: inner.displayName, $ref: `http://x/Groups/${inner.id}` }],
    });
  });

  test('PUT replaces the members; the event lists a limited number of them', async () => {
    const { deps, caller } = directory;
    const users = await Promise.all(Array.from({ length: EVENT_MEMBERS_MAX + 1 }, () => newUser()));
    const members = users.map((user) => ({ value: user.id }));
    const group = await newGroup();
    const put = (some: readonly JsonObject[]) =>
      replaceGroup(deps, caller, group.id, {
        document: { displayName: group.displayName, members: some },
        ignored: [],
        ...always,
      });
    const added = async () => {
      const [event] = await listEvents(deps.database, { target: group.id, limit: 1 });
      const changes = (event?.['changes'] ?? []) as readonly { readonly to: readonly string[] }[];
      return changes[0]?.to ?? [];
    };
    await put(members.slice(1));
    expect(await added()).toHaveLength(EVENT_MEMBERS_MAX);
    expect((await put(members.slice(1))).version).toBe(2);
    await put([]);
    await put(members);
    expect((await added()).at(-1)).toBe('… and 1 more');
    expect(await membersOf(group.id)).toHaveLength(EVENT_MEMBERS_MAX + 1);
  });
});

describe('organizations', () => {
  test('nothing crosses', async () => {
    const stranger = await directory.newCaller('Stranger');
    const { deps } = directory;
    const [user, group] = [await newUser({ userName: 'mine' }), await newGroup()];
    const notFound = { code: 'resourceNotFound' };
    await expect(patchUser(deps, stranger, user.id, { operations: [], ignored: [], ...always })).rejects.toMatchObject(
      notFound,
    );
    await expect(deleteUser(deps, stranger, user.id, always)).rejects.toMatchObject(notFound);
    await expect(deleteGroup(deps, stranger, group.id, always)).rejects.toMatchObject(notFound);
    await expect(newGroup([user.id], stranger)).rejects.toMatchObject({ code: 'memberNotFound' });
    await expect(restoreUser(deps, stranger.origin, user.id)).rejects.toMatchObject({ code: 'notFound' });
    // The same names are free there.
    const theirs = await newUser(
      { userName: 'mine', [ENTERPRISE_USER_SCHEMA]: { manager: { value: user.id } } },
      stranger,
    );
    const selection = parseSelection(deps.schemas.User, undefined, undefined);
    const view = { baseUrl: 'http://x', selection };
    const [resource] = await userResources(deps, stranger.origin.organizationId, [theirs], view);
    expect(resource?.[ENTERPRISE_USER_SCHEMA]).toEqual({ manager: { value: user.id } });
    expect(
      await listEvents(deps.database, { organizationId: stranger.origin.organizationId, limit: 100 }),
    ).toHaveLength(1);
  });
});

describe('the attribute contract', () => {
  test('carries over in both directions', () => {
    const text = fc.string({ minLength: 1 });
    const properties = fc.record(Object.fromEntries(attributeContract.map(({ property }) => [property, text])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(properties, (original) => {
        expect(toProperties(toDocument(original))).toEqual({ ...original });
      }),
    );
    expect(toDocument({ unknown: 'x', firstname: null })).toEqual({});
  });

  test.for<[JsonObject, string | undefined]>([
    [{}, undefined],
    [{ emails: 'x' }, undefined],
    [{ emails: [{ type: 'work' }] }, undefined],
    [{ emails: [{ value: 'a' }, { value: 'b' }] }, 'a'],
    [{ emails: [{ value: 'a' }, { value: 'b', type: 'Work' }] }, 'b'],
    [
      {
        emails: [
          { value: 'a', type: 'work' },
          { value: 'b', primary: true },
        ],
      },
      'b',
    ],
  ])('the primary e-mail of %j is %s', ([document, email]) => {
    expect(primaryEmail(document)).toBe(email);
  });
});

test('passwords are hashed by argon2id, each with its own salt', async () => {
  const [one, two] = [await hashPassword('sécret'), await hashPassword('sécret')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('sécret', one)).toBe(true);
  expect(await verifyPassword('secret', one)).toBe(false);
  expect(await verifyPassword('secret', 'plain text')).toBe(false);
});
