import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assign, unassign } from '../application/assignments.ts';
import { addMembers, createSourceGroup } from '../source/source-groups.ts';
import {
  deleteSourceUser,
  disableSourceUser,
  purgeSourceUser,
  restoreSourceUser,
  updateSourceUser,
} from '../source/source-users.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { findLinkedMembers } from './linked-member-store.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(() => on[Symbol.asyncDispose]());

describe('cycles', () => {
  test('create, update, disable, enable and delete a user in the target when the user changes in the source', async () => {
    const ann = await on.make('ann', { jobTitle: 'Engineer' });
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { kind: 'initial', counts: { created: 1 } } });
    expect(on.requests()).toMatchObject({ length: 4 });
    expect(await on.users()).toMatchObject([{ userName: 'ann', title: 'Engineer', active: true }]);
    // If nothing changed, the cycle only probes the target.
    expect(await on.cycle()).toMatchObject({
      kind: 'complete',
      cycle: { kind: 'incremental', counts: { imported: 0 } },
    });
    expect(on.requests().map((line) => line.split(' ', 1)[0])).toEqual(['GET', 'GET']);
    await updateSourceUser(on.engine, on.tenant, ann.id, { jobTitle: 'Head' });
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { updated: 1 } } });
    expect(on.requests().slice(2)).toEqual([
      expect.stringMatching(/^GET \/scim\/v2\/Users\/\w{24}\?aadOptscim062020$/),
      expect.stringMatching(/^PATCH \/scim\/v2\/Users\/\w{24}\?aadOptscim062020$/),
    ]);
    await disableSourceUser(on.engine, on.tenant, ann.id);
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { disabled: 1 } } });
    expect(await on.users()).toMatchObject([{ title: 'Head', active: false }]);
    await deleteSourceUser(on.engine, on.tenant, ann.id);
    await on.cycle();
    await restoreSourceUser(on.engine, on.tenant, ann.id);
    await updateSourceUser(on.engine, on.tenant, ann.id, { accountEnabled: true });
    await on.cycle();
    expect(await on.users()).toMatchObject([{ active: true }]);
    await purgeSourceUser(on.engine, on.tenant, ann.id);
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { deleted: 1 } } });
    expect(await on.users()).toEqual([]);
    const logs = await on.logs();
    expect(logs.map(({ provisioningAction }) => provisioningAction)).toEqual([
      'create',
      'update',
      'disable',
      'other',
      'update',
      'delete',
    ]);
  });

  test('export references to managers and members after the objects that they refer to', async () => {
    const head = await on.make('head');
    const bob = await on.make('bob', { manager: head.id });
    const group = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales' });
    await addMembers(on.engine, on.tenant, group.id, [head.id, bob.id]);
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { created: 3, references: 2, failed: 0 } } });
    const [shown] = await on.groups();
    expect(shown).toMatchObject({ displayName: 'Sales', members: [{}, {}] });
    const users = await on.users();
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    expect(users[0][urn].manager.value).toBe(users[1].id);
  });

  test('send and log nothing about a member who was deleted in the target', async () => {
    const ann = await on.make('ann');
    const group = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales' });
    await addMembers(on.engine, on.tenant, group.id, [ann.id]);
    await on.cycle();
    await purgeSourceUser(on.engine, on.tenant, ann.id);
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { deleted: 1, references: 0, failed: 0 } } });
    const actions = (await on.logs()).map(({ provisioningAction }) => provisioningAction);
    expect(actions).toHaveLength(4);
    expect(actions).toEqual(expect.arrayContaining(['create', 'create', 'delete', 'update']));
    expect(await findLinkedMembers(on.engine.database, on.jobId, group.id)).toEqual(new Map());
  });

  test('provision only assigned users, and disable users who are unassigned', async () => {
    await using assigned = await openTestEngine();
    const { engine, application } = assigned;
    const ann = await assigned.make('ann');
    expect(await assigned.cycle()).toMatchObject({ cycle: { counts: { skipped: 1, created: 0 } } });
    await assign(engine, application, { id: ann.id, type: 'User' });
    expect(await assigned.cycle()).toMatchObject({ cycle: { counts: { created: 1, deleted: 0 } } });
    await unassign(engine, application, ann.id);
    expect(await assigned.cycle()).toMatchObject({ cycle: { counts: { disabled: 1 } } });
    expect(await assigned.users()).toMatchObject([{ active: false }]);
  });
});
