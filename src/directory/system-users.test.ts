import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOfAsync } from '../../tests/support/error-of.ts';
import { directory, eventsOf, openDirectoryForTests, patch } from './directory.fixture.ts';
import { directoryCaller } from './directory-caller.ts';
import { managerPath, readText } from './attribute-contract.ts';
import {
  deleteStateChanges,
  findDueStateChanges,
  findNextStateChanges,
  insertStateChange,
} from './state-change-store.ts';
import type { StoredUser } from './stored.ts';
import type { SystemUserBody } from './system-user-fields.ts';
import { createSystemUser, deleteSystemUser, requireUser, showSystemUsers, updateSystemUser } from './system-users.ts';
import { changeUserGroup, createUserGroup } from './user-groups.ts';
import { createUser } from './users.ts';

/** Tests changes of users by the REST API on each database engine, in particular with nested transactions. */

beforeAll(openDirectoryForTests);
afterAll(() => directory[Symbol.asyncDispose]());

const caller = () => directoryCaller(directory.caller.origin);
const organizationId = () => directory.caller.origin.organizationId;
const make = async (username: string, more: object = {}): Promise<StoredUser> => {
  const body = { username, email: `${username}@example.com`, ...more };
  return await createSystemUser(directory.deps, caller(), body, {
    creationSource: 'tanhua:api',
    defaultState: 'ACTIVATED',
  });
};
const update = async ({ id }: StoredUser, body: object) =>
  await updateSystemUser(directory.deps, caller(), id, body as SystemUserBody);
const read = async ({ id }: StoredUser) => await requireUser(directory.deps, organizationId(), id);

test('a change with a conflict or an invalid value fails, and no part of it is stored', async () => {
  const [ann, bob] = [await make('ann', { employeeIdentifier: 'E-1' }), await read(await make('bob'))];
  const refused = await errorOfAsync(update(bob, { employeeIdentifier: 'e-1', account_locked: true }));
  expect(refused.code).toBe('employeeNumberTaken');
  expect(refused.message).toContain(ann.id);
  expect(await read(bob)).toEqual(bob);
  const twice = await errorOfAsync(make('ANN', { email: 'other@example.com' }));
  expect(twice.code).toBe('userNameTaken');
  const key = { name: 'bad', public_key: 'nonsense' };
  expect((await errorOfAsync(make('cy', { ssh_keys: [key] }))).code).toBe('invalidValue');
  expect((await errorOfAsync(update(bob, { department: 'x', ssh_keys: [key] }))).code).toBe('invalidValue');
  expect(await read(bob)).toEqual(bob);
  expect(await eventsOf(bob.id)).toEqual(['user_create']);
  await make('cy');
});

test('a change to one attribute keeps stored values of other attributes, even if they are invalid under current rules', async () => {
  const stored = { userName: 'old', displayName: ' ', phoneNumbers: [{ type: 'fax' }, { type: 'fax' }], ims: [{}] };
  const user = await createUser(directory.deps, directory.caller, { document: stored, ignored: [] });
  const changed = await update(user, { jobTitle: 'Lead', state: 'SUSPENDED' });
  expect(changed.document).toEqual({ ...stored, title: 'Lead' });
  const operations = [{ op: 'replace', path: 'nickName', value: 'O' }];
  expect((await patch(user.id, ...operations)).document).toEqual({ ...stored, title: 'Lead', nickName: 'O' });
  expect((await errorOfAsync(update(user, { displayname: '  ' }))).code).toBe('invalidValue');
});

test('concurrent changes to different fields of a user are all kept', async () => {
  const user = await make('race');
  const fields = ['department', 'company', 'jobTitle', 'costCenter', 'location', 'description', 'external_dn'];
  await Promise.all(fields.map((field) => update(user, { [field]: 'new' })));
  const [shown] = await showSystemUsers(directory.deps, organizationId(), [await read(user)]);
  expect(shown).toMatchObject(Object.fromEntries(fields.map((field) => [field, 'new'])));
  expect(await eventsOf(user.id)).toHaveLength(fields.length + 1);
  await Promise.all(['SUSPENDED', 'ACTIVATED', 'SUSPENDED'].map((state) => update(user, { state })));
  expect(['SUSPENDED', 'ACTIVATED']).toContain((await read(user)).state);
});

test('exactly one of several concurrent requests for the same name succeeds', async () => {
  const users = [await make('n1'), await make('n2'), await make('n3')];
  const outcomes = await Promise.allSettled(users.map((user) => update(user, { username: 'wanted' })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const created = await Promise.allSettled(['x', 'X', 'x'].map((username) => make(`same${username}`)));
  expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const groups = [1, 2, 3].map((index) => createUserGroup(directory.deps, caller(), { name: `group ${index}` }));
  const renamed = await Promise.allSettled(
    (await Promise.all(groups)).map(({ id }) => changeUserGroup(directory.deps, caller(), id, { name: 'Wanted' })),
  );
  expect(renamed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('deleting a manager can make one direct report the manager of the others; that report then has no manager', async () => {
  const boss = await make('boss');
  const reports = [await make('rep1', { manager: boss.id }), await make('rep2', { manager: boss.id })];
  const [first] = reports;
  const cascade = { manager: first?.id ?? '' };
  await deleteSystemUser(directory.deps, caller(), boss.id, cascade);
  const managers = await Promise.all(
    reports.map(async (report) => readText((await read(report)).document, managerPath)),
  );
  expect(managers).toEqual([undefined, first?.id]);
});

test('scheduled state changes are found by user and by time, and deleted by id and by job id', async () => {
  const { database, clock } = directory.deps;
  const user = await make('later');
  const inDays = (days: number) => new Date(clock.now().getTime() + days * 86_400_000);
  const schedule = async (state: 'ACTIVATED' | 'SUSPENDED', days: number, jobId: string) =>
    await insertStateChange(database, clock, {
      organizationId: organizationId(),
      userId: user.id,
      jobId,
      state,
      at: inDays(days),
      sendMail: false,
      mailTo: null,
    });
  const [late, soon, active] = [
    await schedule('SUSPENDED', 3, 'a'),
    await schedule('SUSPENDED', 1, 'b'),
    await schedule('ACTIVATED', 2, 'b'),
  ];
  expect(await findNextStateChanges(database, organizationId(), [user.id])).toEqual([soon, active]);
  expect(await findNextStateChanges(database, organizationId(), ['nobody'])).toEqual([]);
  expect(await findDueStateChanges(database, inDays(2), 10)).toEqual([soon, active]);
  expect(await deleteStateChanges(database, organizationId(), 'b')).toHaveLength(2);
  expect(await deleteStateChanges(database, organizationId(), late.id)).toEqual([late]);
  expect(await deleteStateChanges(database, organizationId(), late.id)).toEqual([]);
});
