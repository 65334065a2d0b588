import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { updateSettings } from '../application/applications.ts';
import { assign, unassign } from '../application/assignments.ts';
import { addMembers, createSourceGroup, deleteSourceGroup, removeMembers } from '../source/source-groups.ts';
import { disableSourceUser, purgeSourceUser, updateSourceUser } from '../source/source-users.ts';
import { cycleOf, expectEqual, membersOf } from './cycles.fixture.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { listEscrows } from './escrow-store.ts';
import { provisionOnDemand } from './on-demand.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(() => on[Symbol.asyncDispose]());

const escrows = () => listEscrows(on.engine.database, on.jobId, 100);
const HOUR_MS = 3_600_000;

describe('objects with the same name:', () => {
  test('the second of two active users with the same name fails, and the account of the first is not changed', async () => {
    await on.make('ann', { objectId: '10000000-0000-4000-8000-000000000000' });
    await cycleOf(on, { created: 1 });
    const second = await on.make('other', { mailNickname: 'ann' });
    await cycleOf(on, { created: 0, failed: 1 });
    expect(await escrows()).toMatchObject([{ errorCode: 'DuplicateSourceEntries', sourceId: second.id }]);
    expect(await on.users()).toMatchObject([{ displayName: 'ann' }]);
    await updateSourceUser(on.engine, on.tenant, second.id, { mailNickname: 'other' });
    await cycleOf(on, { created: 1, failed: 0 });
    await expectEqual(on);
  });

  testOnSqlite(
    'a user gets a name in the cycle after another user gave it up, and a swap of names fails until one of the names changes',
    async () => {
      // With a concurrency of 1, the users are exported in a known order.
      await updateSettings(on.engine, on.application, { concurrency: 1 });
      const [one, two] = ['00000000', 'ffffffff'].map((start) => `${start}-0000-4000-8000-000000000002`);
      await on.make('ann', { objectId: one });
      await on.make('bob', { objectId: two });
      await cycleOf(on, { created: 2 });
      await updateSourceUser(on.engine, on.tenant, one ?? '', { mailNickname: 'bob' });
      await updateSourceUser(on.engine, on.tenant, two ?? '', { mailNickname: 'ben' });
      await cycleOf(on, { updated: 1, failed: 1 });
      expect(await escrows()).toMatchObject([{ errorCode: 'EntryConflict', sourceId: one }]);
      await cycleOf(on, { updated: 1, failed: 0 });
      await expectEqual(on);
      await updateSourceUser(on.engine, on.tenant, one ?? '', { mailNickname: 'ben' });
      await updateSourceUser(on.engine, on.tenant, two ?? '', { mailNickname: 'bob' });
      await cycleOf(on, { failed: 2 });
      await cycleOf(on, { failed: 2 });
      await updateSourceUser(on.engine, on.tenant, one ?? '', { mailNickname: 'aside' });
      await cycleOf(on, { updated: 1, failed: 0 });
      on.server.directory.clock.advance(HOUR_MS);
      await cycleOf(on, { updated: 1, failed: 0 });
      expect(await escrows()).toEqual([]);
      await expectEqual(on);
    },
  );
});

describe('scope:', () => {
  let assigned: TestEngine;
  beforeEach(async () => {
    assigned = await openTestEngine();
  });
  afterEach(() => assigned[Symbol.asyncDispose]());

  const actives = async () =>
    (await assigned.users()).flatMap(({ displayName, active }) => (active === true ? [displayName] : []));

  testOnSqlite(
    'a user who leaves an assigned group leaves the scope, even if the group is unassigned or deleted in the same cycle',
    async () => {
      const { engine, tenant, application } = assigned;
      const people = await Promise.all(['ann', 'bob', 'cid', 'dan'].map((alias) => assigned.make(alias)));
      const ids = people.map(({ id }) => id);
      const group = await createSourceGroup(engine, tenant, { displayName: 'Sales' });
      await addMembers(engine, tenant, group.id, ids);
      await assign(engine, application, { id: group.id, type: 'Group' });
      await cycleOf(assigned, { created: 5, references: 1 });
      expect(await membersOf(assigned, 'Sales')).toEqual(['ann', 'bob', 'cid', 'dan']);
      await removeMembers(engine, tenant, group.id, [ids[0] ?? '']);
      await cycleOf(assigned, { disabled: 1 });
      expect(await actives()).toEqual(['bob', 'cid', 'dan']);
      // The user leaves the group, and then the group is unassigned, so the current assignments do not include the group.
      await removeMembers(engine, tenant, group.id, [ids[1] ?? '']);
      await unassign(engine, application, group.id);
      await cycleOf(assigned, { disabled: 3, deleted: 1 });
      expect(await actives()).toEqual([]);
      await assign(engine, application, { id: group.id, type: 'Group' });
      await cycleOf(assigned, { created: 1, updated: 2 });
      expect(await actives()).toEqual(['cid', 'dan']);
      expect(await membersOf(assigned, 'Sales')).toEqual(['cid', 'dan']);
      await deleteSourceGroup(engine, tenant, group.id);
      await cycleOf(assigned, { disabled: 2, deleted: 1 });
      expect(await actives()).toEqual([]);
      await expectEqual(assigned);
    },
  );

  test('with SkipOutOfScopeDeletions, unassigned users stay unchanged, but users who are disabled in the source are disabled', async () => {
    const { engine, tenant, application } = assigned;
    const [ann, bob] = [await assigned.make('ann'), await assigned.make('bob')];
    for (const { id } of [ann, bob]) await assign(engine, application, { id, type: 'User' });
    await cycleOf(assigned, { created: 2 });
    await updateSettings(engine, application, { skipOutOfScopeDeletions: true });
    await unassign(engine, application, ann.id);
    await disableSourceUser(engine, tenant, bob.id);
    await cycleOf(assigned, { disabled: 1, skipped: 1 });
    expect(await actives()).toEqual(['ann']);
    const logs = await assigned.logs();
    expect(logs.map((entry) => JSON.stringify(entry)).join('\n')).toContain('OutOfScopeDeletionSkipped');
    // A user who was unassigned before the purge is not deleted in the target (§3.4).
    await purgeSourceUser(engine, tenant, ann.id);
    await cycleOf(assigned, { deleted: 0, skipped: 1 });
    expect(await actives()).toEqual(['ann']);
  });

  test('a manager who leaves the scope stays the manager in the target, and a manager who enters the scope is exported', async () => {
    const { engine, application, jobId } = assigned;
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const head = await assigned.make('head');
    const bob = await assigned.make('bob', { manager: head.id });
    const group = await createSourceGroup(engine, assigned.tenant, { displayName: 'Sales' });
    await addMembers(engine, assigned.tenant, group.id, [head.id]);
    for (const [id, type] of [
      [bob.id, 'User'],
      [group.id, 'Group'],
    ] as const) {
      await assign(engine, application, { id, type });
    }
    await unassign(engine, application, group.id);
    await assign(engine, application, { id: group.id, type: 'Group' });
    await cycleOf(assigned, { created: 3 });
    const managerOf = async () => (await assigned.users()).find((user) => user.displayName === 'bob')[urn]?.manager;
    const [first] = (await assigned.users()).filter((user) => user.displayName === 'head');
    expect(await managerOf()).toMatchObject({ value: first.id });
    await removeMembers(engine, assigned.tenant, group.id, [head.id]);
    await cycleOf(assigned, { disabled: 1 });
    expect(await managerOf()).toMatchObject({ value: first.id });
    expect(await membersOf(assigned, 'Sales')).toEqual([]);

    const late = await assigned.make('late');
    await updateSourceUser(engine, assigned.tenant, bob.id, { manager: late.id });
    await addMembers(engine, assigned.tenant, group.id, [head.id]);
    await cycleOf(assigned, {});
    // The change log of the next cycle does not mention bob: he is exported because his new manager was linked.
    await assign(engine, application, { id: late.id, type: 'User' });
    await cycleOf(assigned, { created: 1, references: 1 });
    await expectEqual(assigned);
    expect(jobId).toMatch(/^scim\./);
  });

  testOnSqlite(
    'after Provision on demand creates a user, the next cycle exports the references to that user as manager and member',
    async () => {
      const late = await on.make('late', { mailNickname: 'not@allowed' });
      const bob = await on.make('bob', { manager: late.id });
      const group = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales' });
      await addMembers(on.engine, on.tenant, group.id, [late.id, bob.id]);
      await cycleOf(on, { failed: 1 });
      // The rules of the target are relaxed, and one user is provisioned on demand. Nothing changes in the source.
      await on.server.directory.deps.database
        .updateTable('integrations')
        .set({ rules: JSON.stringify({ ...on.server.directory.caller.rules, userName: 'any' }) })
        .execute();
      on.server.directory.clock.advance(HOUR_MS);
      const result = await provisionOnDemand(on.engine, on.jobId, { type: 'User', objectId: late.id });
      expect(result.key).toMatchObject({ result: 'Success' });
      expect(await escrows()).toEqual([]);
      await cycleOf(on, { references: 2, failed: 0 });
      expect(await membersOf(on, 'Sales')).toEqual(['bob', 'late']);
      await expectEqual(on);
    },
  );
});
