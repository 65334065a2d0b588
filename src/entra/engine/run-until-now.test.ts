import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { AppError } from '#base/errors.ts';
import { editSchema, saveSecrets } from '../application/applications.ts';
import type { CycleState } from '../application/cycle-state.ts';
import { setMapping } from '../application/schema-edits.ts';
import type { SynchronizationSchema } from '../application/synchronization-schema.ts';
import { updateSourceUser } from '../source/source-users.ts';
import { requireJob, restartJob } from './control-job.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { entraThresholds } from './quarantine.ts';
import { runUntilNow } from './run-until-now.ts';

let on: TestEngine;

beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(async () => await on[Symbol.asyncDispose]());

const uncontrolled = { isStopping: () => false, onProgress: () => {}, onWaiting: () => {} };
const addTitle = (schema: SynchronizationSchema) => setMapping(schema, 'User', 'title', { source: { constant: 'X' } });
const job = async () => await requireJob(on.engine.database, on.jobId);
const names = async () => (await on.users()).map(({ displayName }) => displayName);

/** Begins an initial cycle, and leaves it when all users have been looked at. */
async function leaveAfterUsers() {
  let isLeft = false;
  const onProgress = ({ phase }: CycleState) => void (isLeft = phase === 'groups');
  const end = await on.cycle({ isStopping: () => isLeft, onProgress });
  expect(end).toMatchObject({ kind: 'stopped', cycle: { kind: 'initial', phase: 'groups' } });
}

test('a user who is created after a cycle was left is provisioned as well', async () => {
  await on.make('ann');
  await leaveAfterUsers();
  await on.make('bob');
  const end = await runUntilNow(on.engine, on.jobId, uncontrolled);
  expect(end).toMatchObject({
    kind: 'complete',
    cycle: { kind: 'incremental', counts: { created: 1, failed: 0 } },
    earlier: [{ kind: 'complete', cycle: { kind: 'initial', counts: { created: 1, failed: 0 } } }],
  });
  expect(await names()).toEqual(['ann', 'bob']);
});

/** A cycle of another process, which has begun and goes on when it is released. */
async function heldCycle() {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const onProgress = async () => {
    begun.resolve();
    await held.promise;
  };
  const end = on.cycle({ isStopping: () => false, onProgress });
  await begun.promise;
  return { end, release: () => held.resolve() };
}

test('a user who is created while another process runs a cycle is provisioned after it', async () => {
  await on.make('ann');
  const other = await heldCycle();
  await on.make('bob');
  let waits = 0;
  const onWaiting = () => {
    waits += 1;
    other.release();
  };
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, onWaiting });
  expect(await other.end).toMatchObject({ kind: 'complete' });
  expect(end).toMatchObject({ kind: 'complete' });
  expect(waits).toBe(1);
  expect(await names()).toEqual(['ann', 'bob']);
});

test('a stop ends the wait for another process, and no cycle begins, though the other one ended meanwhile', async () => {
  const other = await heldCycle();
  let stopping = false;
  const onWaiting = () => {
    stopping = true;
    other.release();
  };
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, isStopping: () => stopping, onWaiting });
  expect(end).toEqual({ kind: 'stopped', cycle: undefined, earlier: [] });
  expect(await other.end).toMatchObject({ kind: 'complete' });
  expect(await job()).toMatchObject({ cycle: null });
});

testOnSqlite('a conflict that is not about another process is an error, and is not waited for', async () => {
  const onWaiting = vi.fn<() => void>();
  const onProgress = vi.fn<() => void>().mockImplementationOnce(() => {
    throw new AppError('conflict', 'Another conflict.');
  });
  const run = runUntilNow(on.engine, on.jobId, { ...uncontrolled, onProgress, onWaiting });
  await expect(run).rejects.toThrow('Another conflict.');
  expect(onWaiting).not.toHaveBeenCalled();
});

testOnSqlite.for<[string, () => Promise<unknown>]>([
  ['is restarted', () => restartJob(on.engine, on.jobId, new Set(['Watermark']))],
  ['gets another mapping', () => editSchema(on.engine, on.application, addTitle)],
])('a job that %s during the run is provisioned by another cycle', async ([, change]) => {
  await on.make('ann');
  const onProgress = vi.fn<() => Promise<void>>().mockImplementationOnce(async () => void (await change()));
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, onProgress });
  expect(end).toMatchObject({ kind: 'complete', cycle: { kind: 'initial' }, earlier: [{ kind: 'stopped' }] });
  expect(end.earlier[0]?.cycle?.id).not.toBe(end.cycle?.id);
  expect(await job()).toMatchObject({ cycle: null, watermark: end.cycle?.until });
});

/** Leaves an initial cycle that has failed to create bob, and changes the source after it. */
async function leftCycle() {
  const bob = await on.make('bob', { mailNickname: 'bob@home' });
  await leaveAfterUsers();
  await updateSourceUser(on.engine, on.tenant, bob.id, { mailNickname: 'bob' });
}

/** Calls `act` before the last page of a cycle, on which there is nothing to do. */
const beforeLastPage =
  (act: () => void | Promise<void>) =>
  async ({ phase }: CycleState) => {
    if (phase === 'members') await act();
  };

const left = { kind: 'complete', cycle: { kind: 'initial', counts: { failed: 1 } } };

testOnSqlite('a cycle that follows has its own figures, so that a failure before it does not count', async () => {
  await leftCycle();
  expect(await runUntilNow(on.engine, on.jobId, uncontrolled)).toMatchObject({
    kind: 'complete',
    cycle: { kind: 'incremental', counts: { created: 1, failed: 0 } },
    earlier: [left],
  });
});

testOnSqlite('a quarantine before the next cycle begins does not hide the cycle that was completed', async () => {
  await leftCycle();
  const onProgress = beforeLastPage(async () => {
    await saveSecrets(on.engine, on.application, { secretToken: 'wrong' });
  });
  expect(await runUntilNow(on.engine, on.jobId, { ...uncontrolled, onProgress })).toMatchObject({
    kind: 'quarantine',
    cycle: undefined,
    earlier: [left],
  });
});

testOnSqlite('a stop before the next cycle begins does not hide the cycle that was completed', async () => {
  await leftCycle();
  let questions: number | undefined;
  // The first question is the one of the last page.
  const isStopping = () => questions !== undefined && questions++ > 0;
  const onProgress = beforeLastPage(() => void (questions = 0));
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, isStopping, onProgress });
  expect(end).toMatchObject({ kind: 'stopped', cycle: undefined, earlier: [left] });
  expect(await job()).toMatchObject({ cycle: null });
});

testOnSqlite('no cycle follows an initial one whose failures were removed', async () => {
  await leftCycle();
  const engine = { ...on.engine, thresholds: { ...entraThresholds, evaluatedFrom: 1 } };
  const end = await runUntilNow(engine, on.jobId, uncontrolled);
  expect(end).toMatchObject({ ...left, escrowsPruned: true, earlier: [] });
  expect(await job()).toMatchObject({ scheduleState: 'Paused', status: { escrowsPruned: true } });
});
