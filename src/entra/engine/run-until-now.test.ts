import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { runUntilNow } from './run-until-now.ts';
import { runCycleStoppingAfter } from './stopping.fixture.ts';

let on: TestEngine;

beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(async () => await on[Symbol.asyncDispose]());

const uncontrolled = { isStopping: () => false, onProgress: () => {}, onWaiting: () => {} };
const names = async () => (await on.users()).map(({ displayName }) => displayName);

test('a user who is created after a cycle was left is provisioned as well', async () => {
  await on.make('ann');
  expect(await runCycleStoppingAfter(on, 1)).toMatchObject({ kind: 'stopped' });
  await on.make('bob');
  const end = await runUntilNow(on.engine, on.jobId, uncontrolled);
  expect(end).toMatchObject({ kind: 'complete', cycle: { kind: 'incremental', counts: { created: 2, failed: 0 } } });
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

test('the wait for another process ends when the command is stopped', async () => {
  const other = await heldCycle();
  let stopping = false;
  const onWaiting = () => void (stopping = true);
  const run = runUntilNow(on.engine, on.jobId, { ...uncontrolled, isStopping: () => stopping, onWaiting });
  await expect(run).rejects.toMatchObject({ code: 'conflict' });
  other.release();
  await other.end;
});
