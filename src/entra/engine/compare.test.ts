import { expect, test } from 'vitest';
import { updateSourceUser } from '../source/source-users.ts';
import { compareDirectories } from './compare.ts';
import { openTestEngine } from './engine.fixture.ts';

test('counts equal, different and missing users, and lists each attribute that differs', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  const ann = await on.make('ann');
  await on.make('bob');
  await on.cycle();
  await updateSourceUser(on.engine, on.tenant, ann.id, { jobTitle: 'Head', displayName: 'Ann Meier' });
  await on.make('carl');
  const { compared, objects, total, differences } = await compareDirectories(on.engine, on.jobId);
  expect({ compared, objects }).toEqual({
    compared: { User: 3, Group: 0 },
    objects: {
      User: { equal: 1, differs: 1, missing: 1, extra: 0 },
      Group: { equal: 0, differs: 0, missing: 0, extra: 0 },
    },
  });
  expect(total).toBe(3);
  expect(differences.map(({ kind, attribute, expected }) => [kind, attribute, expected])).toEqual(
    expect.arrayContaining([
      ['differs', 'displayName', 'Ann Meier'],
      ['differs', 'title', 'Head'],
      ['missing', null, null],
    ]),
  );
});
