import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { deleteGroup, replaceGroup } from './groups.ts';
import { findGroup } from './group-store.ts';
import { userResources } from './resources.ts';
import { RESTORABLE_DAYS } from './stored.ts';
import { purgeDeleted, restoreUser } from './trash.ts';
import { findDeletedUser } from './user-store.ts';
import { deleteUser } from './delete-user.ts';
import { patchUser, replaceUser } from './users.ts';
import {
  anyVersion,
  directory,
  eventsOf,
  membersOf,
  newGroup,
  newUser,
  newUsers,
  openDirectoryForTests,
  patch,
  patchMembersOf,
  resourceOf,
} from './directory.fixture.ts';

beforeAll(openDirectoryForTests);
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

describe('users', () => {
  test('a PATCH or PUT that changes nothing keeps the version and lastModified, and records no event', async () => {
    const user = await newUser({ title: 'Engineer', active: true });
    directory.clock.advance(1_000);
    const same = await patch(
      user.id,
      { op: 'replace', path: 'title', value: 'Engineer' },
      { op: 'Replace', path: 'active', value: 'True' },
    );
    expect({ ...same, inGroups: undefined }).toEqual(user);
    const replaced = await replaceUser(directory.deps, directory.caller, user.id, {
      document: user.document,
      ignored: [],
      ...anyVersion,
    });
    expect({ ...replaced, inGroups: undefined }).toEqual(user);
    expect(await eventsOf(user.id)).toEqual(['user_create']);
    const changed = await patch(user.id, { op: 'replace', path: 'title', value: 'Lead' });
    expect(changed.version).toBe(2);
    expect(changed.modifiedAt.getTime()).toBe(user.modifiedAt.getTime() + 1_000);
  });

  test('a PATCH changes nothing if its last operation fails', async () => {
    const user = await newUser({ title: 'Engineer' });
    const failing = patch(user.id, { op: 'replace', path: 'title', value: 'Lead' }, { op: 'remove', path: 'userName' });
    await expect(failing).rejects.toMatchObject({ code: 'required' });
    expect(await resourceOf(user)).toMatchObject({ title: 'Engineer', meta: { version: 'W/"1"' } });
  });

  test('a PATCH that sends only an ignored attribute keeps the version and records an event', async () => {
    const user = await newUser();
    expect((await patch(user.id, { op: 'add', path: 'shoeSize', value: '42' })).version).toBe(1);
    expect(await eventsOf(user.id)).toEqual(['user_update', 'user_create']);
  });

  test('the attribute "active" maps to STAGED, SUSPENDED, and ACTIVATED, and each change of state records an event', async () => {
    const staged = await newUser({}, directory.withRules({ newUserState: 'STAGED' }));
    expect(await resourceOf(staged)).toMatchObject({ active: true });
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: true })).state).toBe('STAGED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: false })).state).toBe('SUSPENDED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: false })).version).toBe(2);
    expect((await patch(staged.id, { op: 'remove', path: 'active' })).state).toBe('SUSPENDED');
    expect((await patch(staged.id, { op: 'replace', path: 'active', value: true })).state).toBe('ACTIVATED');
    expect(await eventsOf(staged.id)).toEqual(['user_unsuspended', 'user_suspended', 'user_create']);
  });

  test('an expired password makes a user inactive, and a new password makes the user active again', async () => {
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

  test('sending the current password again keeps the version', async () => {
    const user = await newUser({ password: 'a long password' });
    expect((await patch(user.id, { op: 'replace', path: 'password', value: 'a long password' })).version).toBe(1);
    expect((await patch(user.id, { op: 'replace', path: 'password', value: 'another password' })).version).toBe(2);
  });

  test('a user who is their own manager is returned with the stored version', async () => {
    const user = await newUser({ externalId: 'self', [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'self' } } });
    expect(await resourceOf(user)).toMatchObject({ meta: { version: `W/"${user.version}"` } });
  });

  test('a PUT or a DELETE that expects another version is rejected', async () => {
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

  test('only one of several concurrent creations with the same userName succeeds; concurrent changes to a user are all kept', async () => {
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

  test('a derived username that is already taken gets a number appended, and changes only when the userName changes', async () => {
    const first = await newUser({ userName: 'kim@a.example' });
    const second = await newUser({ userName: 'kim@b.example' });
    expect([first.username, second.username]).toEqual(['kim', 'kim2']);
    await deleteUser(directory.deps, directory.caller, first.id, anyVersion);
    expect((await patch(second.id, { op: 'add', path: 'title', value: 'x' })).username).toBe('kim2');
    expect((await patch(second.id, { op: 'replace', path: 'userName', value: 'lee@b.example' })).username).toBe('lee');
  });

  test('a manager is resolved by id, externalId, or userName, even if the manager is created after the user', async () => {
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
      meta: { version: expect.stringMatching(/^W\/"2\./) },
    });
    // The displayName of a deleted manager is no longer returned.
    await deleteUser(directory.deps, directory.caller, late.id, anyVersion);
    expect((await resourceOf(waiting))[ENTERPRISE_USER_SCHEMA]).toEqual({ manager: { value: late.id } });
  });
});

describe('deleting, restoring, and purging', () => {
  test('a deleted user can be restored with all group memberships for 30 days and is then purged', async () => {
    const user = await newUser();
    const group = await newGroup([user.id]);
    await deleteUser(directory.deps, directory.caller, user.id, anyVersion);
    expect(await membersOf(group.id)).toEqual([]);
    expect((await findGroup(directory.deps.database, user.organizationId, group.id))?.version).toBe(2);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS);
    expect(await purgeDeleted(directory.deps)).toBe(0);
    await restoreUser(directory.deps, directory.caller.origin, user.id);
    expect(await membersOf(group.id)).toEqual([user.id]);
    await deleteUser(directory.deps, directory.caller, user.id, anyVersion);
    await deleteGroup(directory.deps, directory.caller, group.id, anyVersion);
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

  test('a restored user gets a new username if the old one is taken, and becomes the manager of users that refer to it', async () => {
    const first = await newUser({ userName: 'pat@a.example', externalId: 'pat' });
    await deleteUser(directory.deps, directory.caller, first.id, anyVersion);
    const second = await newUser({ userName: 'pat@b.example' });
    const waiting = await newUser({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'pat' } } });
    expect(second.username).toBe('pat');
    const restored = await restoreUser(directory.deps, directory.caller.origin, 'PAT@a.example');
    expect(restored.username).toBe('pat2');
    expect(await resourceOf(waiting)).toMatchObject({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: first.id } } });
  });

  test('a user cannot be restored after 30 days, even if the purge has not run yet', async () => {
    const user = await newUser();
    await deleteUser(directory.deps, directory.caller, user.id, anyVersion);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    await expect(restoreUser(directory.deps, directory.caller.origin, user.id)).rejects.toMatchObject({
      code: 'notFound',
    });
    await purgeDeleted(directory.deps);
  });

  test('restoring a user resolves a manager who was created while the user was deleted', async () => {
    const report = await newUser({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: 'meanwhile' } } });
    await deleteUser(directory.deps, directory.caller, report.id, anyVersion);
    const manager = await newUser({ externalId: 'meanwhile' });
    const restored = await restoreUser(directory.deps, directory.caller.origin, report.id);
    expect(restored.document).toMatchObject({ [ENTERPRISE_USER_SCHEMA]: { manager: { value: manager.id } } });
  });

  test('restoring a user does not restore a membership that was removed while the user was deleted', async () => {
    const [staying, leaving] = [await newUser(), await newUser()];
    const group = await newGroup([staying.id, leaving.id]);
    await deleteUser(directory.deps, directory.caller, leaving.id, anyVersion);
    const document = { displayName: group.displayName, members: [{ value: staying.id }] };
    await replaceGroup(directory.deps, directory.caller, group.id, { document, ignored: [], ...anyVersion });
    await restoreUser(directory.deps, directory.caller.origin, leaving.id);
    expect(await membersOf(group.id)).toEqual([staying.id]);
  });

  test('a deleted group is ignored by the check for cycles of groups', async () => {
    const inner = await newGroup();
    const between = await newGroup([inner.id]);
    const outer = await newGroup([between.id]);
    await deleteGroup(directory.deps, directory.caller, between.id, anyVersion);
    await patchMembersOf(inner.id, { op: 'add', path: 'members', value: [{ value: outer.id }] });
    expect(await membersOf(inner.id)).toEqual([outer.id]);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await purgeDeleted(directory.deps)).toBe(1);
  });

  test('the purge deletes all users that can no longer be restored, even if they do not fit in one batch', async () => {
    const users = await newUsers(120);
    for (const user of users) await deleteUser(directory.deps, directory.caller, user.id, anyVersion);
    directory.clock.advance(RESTORABLE_DAYS * DAY_MS + 1);
    expect(await purgeDeleted(directory.deps)).toBe(120);
  });
});

describe('organizations', () => {
  test('a caller can neither reach nor reference the users and groups of another organization', async () => {
    const stranger = await directory.newCaller('Stranger');
    const { deps } = directory;
    const [user, group] = [await newUser({ userName: 'mine' }), await newGroup()];
    const notFound = { code: 'resourceNotFound' };
    await expect(
      patchUser(deps, stranger, user.id, { operations: [], ignored: [], ...anyVersion }),
    ).rejects.toMatchObject(notFound);
    await expect(deleteUser(deps, stranger, user.id, anyVersion)).rejects.toMatchObject(notFound);
    await expect(deleteGroup(deps, stranger, group.id, anyVersion)).rejects.toMatchObject(notFound);
    await expect(newGroup([user.id], stranger)).rejects.toMatchObject({ code: 'memberNotFound' });
    await expect(restoreUser(deps, stranger.origin, user.id)).rejects.toMatchObject({ code: 'notFound' });
    // The other organization can use the same names.
    const theirs = await newUser(
      { userName: 'mine', [ENTERPRISE_USER_SCHEMA]: { manager: { value: user.id } } },
      stranger,
    );
    const selection = parseSelection(deps.schemas.User, undefined, undefined);
    const view = { baseUrl: 'http://x', selection };
    const [resource] = await userResources(deps, stranger.origin.organizationId, [theirs], view);
    expect(resource?.body[ENTERPRISE_USER_SCHEMA]).toEqual({ manager: { value: user.id } });
    expect(
      await listEvents(deps.database, { organizationId: stranger.origin.organizationId, limit: 100 }),
    ).toHaveLength(1);
  });
});
