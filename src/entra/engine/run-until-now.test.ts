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

/** Starts an initial cycle, and stops it after all users have been evaluated. */
async function interruptAfterUsers() {
  let isInterrupted = false;
  const onProgress = ({ phase }: CycleState) => void (isInterrupted = phase === 'groups');
  const end = await on.cycle({ isStopping: () => isInterrupted, onProgress });
  expect(end).toMatchObject({ kind: 'stopped', cycle: { kind: 'initial', phase: 'groups' } });
}

test('a user who is created after a cycle was interrupted is provisioned as well', async () => {
  await on.make('ann');
  await interruptAfterUsers();
  await on.make('bob');
  const end = await runUntilNow(on.engine, on.jobId, uncontrolled);
  expect(end).toMatchObject({
    kind: 'complete',
    cycle: { kind: 'incremental', counts: { created: 1, failed: 0 } },
    earlier: [{ kind: 'complete', cycle: { kind: 'initial', counts: { created: 1, failed: 0 } } }],
  });
  expect(await names()).toEqual(['ann', 'bob']);
});

/** Starts a cycle, as another process would. The cycle waits after its first page until it is released. */
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

test('a user who is created while another process runs a cycle is provisioned after that cycle', async () => {
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

test('a run that is stopped while it waits for another process starts no cycle, even if the other process has ended', async () => {
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

testOnSqlite('a conflict that is not caused by another process is thrown without waiting', async () => {
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
])('a job that %s during the run gets another cycle', async ([, change]) => {
  await on.make('ann');
  const onProgress = vi.fn<() => Promise<void>>().mockImplementationOnce(async () => void (await change()));
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, onProgress });
  expect(end).toMatchObject({ kind: 'complete', cycle: { kind: 'initial' }, earlier: [{ kind: 'stopped' }] });
  expect(end.earlier[0]?.cycle?.id).not.toBe(end.cycle?.id);
  expect(await job()).toMatchObject({ cycle: null, watermark: end.cycle?.until });
});

/** Interrupts an initial cycle after it failed to create bob, then corrects bob in the source. */
async function interruptedCycle() {
  const bob = await on.make('bob', { mailNickname: 'bob@home' });
  await interruptAfterUsers();
  await updateSourceUser(on.engine, on.tenant, bob.id, { mailNickname: 'bob' });
}

/** Calls `act` before the last page of a cycle, which is empty. */
const beforeLastPage =
  (act: () => void | Promise<void>) =>
  async ({ phase }: CycleState) => {
    if (phase === 'members') await act();
  };

const left = { kind: 'complete', cycle: { kind: 'initial', counts: { failed: 1 } } };

testOnSqlite('the counts of a cycle do not include failures of the earlier cycle in the same run', async () => {
  await interruptedCycle();
  expect(await runUntilNow(on.engine, on.jobId, uncontrolled)).toMatchObject({
    kind: 'complete',
    cycle: { kind: 'incremental', counts: { created: 1, failed: 0 } },
    earlier: [left],
  });
});

testOnSqlite('a run that ends in quarantine before the next cycle still returns the completed cycle', async () => {
  await interruptedCycle();
  const onProgress = beforeLastPage(async () => {
    await saveSecrets(on.engine, on.application, { secretToken: 'wrong' });
  });
  expect(await runUntilNow(on.engine, on.jobId, { ...uncontrolled, onProgress })).toMatchObject({
    kind: 'quarantine',
    cycle: undefined,
    earlier: [left],
  });
});

testOnSqlite('a run that is stopped before the next cycle still returns the completed cycle', async () => {
  await interruptedCycle();
  let stopChecks: number | undefined;
  // The first call comes before the last page, which must still run. The second call stops the run.
  const isStopping = () => stopChecks !== undefined && stopChecks++ > 0;
  const onProgress = beforeLastPage(() => void (stopChecks = 0));
  const end = await runUntilNow(on.engine, on.jobId, { ...uncontrolled, isStopping, onProgress });
  expect(end).toMatchObject({ kind: 'stopped', cycle: undefined, earlier: [left] });
  expect(await job()).toMatchObject({ cycle: null });
});

testOnSqlite('no further cycle runs if the initial cycle had too many failures and the job was paused', async () => {
  await interruptedCycle();
  const engine = { ...on.engine, thresholds: { ...entraThresholds, evaluatedFrom: 1 } };
  const end = await runUntilNow(engine, on.jobId, uncontrolled);
  expect(end).toMatchObject({ ...left, escrowsPruned: true, earlier: [] });
  expect(await job()).toMatchObject({ scheduleState: 'Paused', status: { escrowsPruned: true } });
});
