import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  anyVersion,
  directory,
  newGroup,
  newUser,
  openDirectoryForTests,
  patch,
  patchMembersOf,
} from './directory.fixture.ts';
import { findGroup } from './group-store.ts';
import { deleteGroup } from './groups.ts';
import { restoreUser } from './trash.ts';
import { deleteUser } from './delete-user.ts';

beforeAll(openDirectoryForTests);
afterAll(() => directory[Symbol.asyncDispose]());

/** Returns by how much an action increases the version of a group. Expects the modification time to change only with the version. */
async function changesOf(groupId: string, action: () => Promise<unknown>): Promise<number> {
  const { deps, caller, clock } = directory;
  const { organizationId } = caller.origin;
  const before = await findGroup(deps.database, organizationId, groupId);
  clock.advance(1_000);
  await action();
  const after = await findGroup(deps.database, organizationId, groupId);
  if (before === undefined || after === undefined) throw new Error('The group does not exist.');
  const isNow = after.modifiedAt.getTime() === clock.now().getTime();
  expect(isNow).toBe(after.version > before.version);
  return after.version - before.version;
}

const rename = (id: string, displayName: string) =>
  patch(id, { op: 'replace', path: 'displayName', value: displayName });

test('a group gets a new version when the display name of a member changes', async () => {
  const { id } = await newUser({ userName: 'ann', displayName: 'Ann Lee' });
  const group = await newGroup([id]);
  expect(await changesOf(group.id, () => rename(id, 'Ann Moser'))).toBe(1);
  // For a member without a display name, a group returns the member's userName.
  expect(await changesOf(group.id, () => patch(id, { op: 'remove', path: 'displayName' }))).toBe(1);
  expect(await changesOf(group.id, () => patch(id, { op: 'replace', path: 'userName', value: 'ann.moser' }))).toBe(1);
});

test('a group keeps its version when a member changes but keeps the display name', async () => {
  const { id } = await newUser({ userName: 'bob', displayName: 'Bob' });
  const group = await newGroup([id]);
  expect(await changesOf(group.id, () => patch(id, { op: 'replace', path: 'title', value: 'Engineer' }))).toBe(0);
  expect(await changesOf(group.id, () => rename(id, 'Bob'))).toBe(0);
});

test('a group keeps its version when a member of another group is renamed', async () => {
  const [one, other] = [await newUser({ userName: 'carl' }), await newUser({ userName: 'dora' })];
  await newGroup([other.id]);
  const group = await newGroup([one.id]);
  expect(await changesOf(group.id, () => rename(other.id, 'Dora'))).toBe(0);
});

test('every group of a member gets a new version when the member is renamed', async () => {
  const { id } = await newUser({ userName: 'erin' });
  const [first, second, deleted] = [await newGroup([id]), await newGroup([id]), await newGroup([id])];
  await deleteGroup(directory.deps, directory.caller, deleted.id, anyVersion);
  expect(await changesOf(first.id, () => rename(id, 'Erin'))).toBe(1);
  expect(await changesOf(second.id, () => rename(id, 'Erin Lee'))).toBe(1);
});

test('a group gets a new version when a member is deleted and again when the member is restored', async () => {
  const { deps, caller } = directory;
  const { id } = await newUser({ userName: 'fritz' });
  const group = await newGroup([id]);
  expect(await changesOf(group.id, () => deleteUser(deps, caller, id, anyVersion))).toBe(1);
  expect(await changesOf(group.id, () => restoreUser(deps, caller.origin, id))).toBe(1);
});

test('a group gets a new version when a nested group is renamed', async () => {
  const inner = await newGroup();
  const outer = await newGroup([inner.id]);
  const renamed = { op: 'replace', path: 'displayName', value: 'Inner' };
  expect(await changesOf(outer.id, () => patchMembersOf(inner.id, renamed))).toBe(1);
});
