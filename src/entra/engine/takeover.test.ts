import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { addMembers, createSourceGroup, deleteSourceGroup } from '../source/source-groups.ts';
import { deleteSourceUser, purgeSourceUser } from '../source/source-users.ts';
import { cycleOf, expectEqual, membersOf } from './cycles.fixture.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(() => on[Symbol.asyncDispose]());

describe('an object with the name of a deleted object:', () => {
  testOnSqlite('a new group takes over the target group of a deleted group with the same name', async () => {
    const [ann, bob] = [await on.make('ann'), await on.make('bob')];
    // The id decides whether the deleted group or the new group is processed first. Both orders are tested.
    for (const objectId of ['00000000-0000-4000-8000-000000000000', 'ffffffff-0000-4000-8000-000000000000']) {
      const before = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales' });
      await addMembers(on.engine, on.tenant, before.id, [ann.id]);
      await cycleOf(on, { failed: 0 });
      await deleteSourceGroup(on.engine, on.tenant, before.id);
      const after = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales', objectId });
      await addMembers(on.engine, on.tenant, after.id, [bob.id]);
      await cycleOf(on, { failed: 0 });
      expect(await on.groups()).toMatchObject([{ displayName: 'Sales', externalId: objectId }]);
      expect(await membersOf(on, 'Sales')).toEqual(['bob']);
      await expectEqual(on);
      await deleteSourceGroup(on.engine, on.tenant, after.id);
      await cycleOf(on, { deleted: 1 });
      expect(await on.groups()).toEqual([]);
    }
  });

  test('a new user with the name of a deleted user takes over the account in the target, without its groups', async () => {
    for (const objectId of ['00000000-0000-4000-8000-000000000001', 'ffffffff-0000-4000-8000-000000000001']) {
      const ann = await on.make('ann');
      const group = await createSourceGroup(on.engine, on.tenant, { displayName: 'Secret' });
      await addMembers(on.engine, on.tenant, group.id, [ann.id]);
      await cycleOf(on, { failed: 0 });
      const [{ id }] = await on.users();
      await deleteSourceUser(on.engine, on.tenant, ann.id);
      await on.make('ann', { objectId, displayName: 'Ann the second' });
      await cycleOf(on, { failed: 0 });
      expect(await on.users()).toMatchObject([{ id, displayName: 'Ann the second', active: true }]);
      expect(await membersOf(on, 'Secret')).toEqual([]);
      // Purging the first user does not delete the account, because that user is no longer linked.
      await purgeSourceUser(on.engine, on.tenant, ann.id);
      await cycleOf(on, { deleted: 0, failed: 0 });
      expect(await on.users()).toMatchObject([{ id, active: true }]);
      await expectEqual(on);
      await purgeSourceUser(on.engine, on.tenant, objectId);
      await deleteSourceGroup(on.engine, on.tenant, group.id);
      await cycleOf(on, { deleted: 2 });
    }
  });
});
