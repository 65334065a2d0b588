import { expect, test } from 'vitest';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { provisionOnDemand } from './on-demand.ts';
import { updateSourceUser } from '../source/source-users.ts';

/** Returns a function that returns the highest number of write requests that the target has served concurrently. */
function countConcurrentWrites(on: TestEngine): () => number {
  let now = 0;
  let most = 0;
  on.server.app.server.on('request', ({ method }, answer) => {
    if (method === 'GET') return;
    now += 1;
    most = Math.max(most, now);
    answer.on('close', () => (now -= 1));
  });
  return () => most;
}

test('a cycle and Provision on demand never write to the same object concurrently', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  const ann = await on.make('ann');
  const most = countConcurrentWrites(on);
  const onDemand = () => provisionOnDemand(on.engine, on.jobId, { type: 'User', objectId: ann.id });
  const [end, ...results] = await Promise.all([on.cycle(), onDemand(), onDemand()]);
  expect(end).toMatchObject({ kind: 'complete', cycle: { counts: { failed: 0 } } });
  expect(results.map(({ key }) => key.result)).not.toContain('Failure');
  expect(on.requests().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  on.server.directory.clock.advance(1_000);
  await updateSourceUser(on.engine, on.tenant, ann.id, { jobTitle: 'Head' });
  await Promise.all([on.cycle(), onDemand(), onDemand()]);
  expect(on.requests().filter((line) => line.startsWith('PATCH'))).toHaveLength(1);
  expect(most()).toBe(1);
  expect(await on.engine.database.selectFrom('leases').selectAll().execute()).toEqual([]);
});

test('a cycle creates only one of two new users with the same matching value; the other fails with DuplicateSourceEntries', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  await on.make('ann', { mailNickname: 'lee' });
  await on.make('bob', { mailNickname: 'LEE' });
  expect(await on.cycle()).toMatchObject({ cycle: { counts: { created: 1, failed: 1 } } });
  expect(on.requests().filter((line) => line.startsWith('POST'))).toHaveLength(1);
  expect(JSON.stringify((await on.logs()).at(-1))).toContain('DuplicateSourceEntries');
});
