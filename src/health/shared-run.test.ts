import { expect, test } from 'vitest';
import { SharedRun } from './shared-run.ts';

test('callers share a run while it is in progress, also its failure, and later callers start another one', async () => {
  const shared = new SharedRun<number>();
  let runs = 0;
  const work = async () => (runs += 1);
  expect(await Promise.all([shared.run('en', work), shared.run('en', work), shared.run('zh', work)])).toEqual([
    1, 1, 2,
  ]);
  expect(await shared.run('en', work)).toBe(3);
  const fail = async () => {
    runs += 1;
    throw new Error('broken');
  };
  const failures = await Promise.allSettled([shared.run('en', fail), shared.run('en', fail)]);
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([runs, await shared.run('en', work)]).toEqual([4, 5]);
});
