import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { acquireLease } from '#database/lease-store.ts';
import { repeat, TASK_LEASE_MIN_MS } from './repeated-task.ts';

const HOUR_MS = 3_600_000;

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

const silent = pino({ level: 'silent' });

/** Returns a task that counts its runs, and `ran(count)`, which resolves when the task has run `count` times. */
function task() {
  let runs = 0;
  let watchers: readonly { readonly count: number; readonly wake: () => void }[] = [];
  return {
    runs: () => runs,
    ran: async (count: number) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      watchers = [...watchers, { count, wake: resolve }];
      if (runs >= count) resolve();
      await promise;
    },
    run: () => {
      runs += 1;
      for (const { count, wake } of watchers) if (runs >= count) wake();
      return Promise.resolve();
    },
  };
}

const start = (name: string, intervalMs: number, run: () => Promise<unknown>, log = silent) =>
  repeat(directory.deps, log, { name, intervalMs, work: run });

test('a task runs immediately and repeatedly, and not after it was stopped', async () => {
  const { run, ran, runs } = task();
  const stop = start('again', 1, run);
  await ran(3);
  await stop();
  const stopped = runs();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(runs()).toBe(stopped);
});

test('stopping waits for the running task', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const log: string[] = [];
  const begun = Promise.withResolvers<void>();
  const stop = start('slow', HOUR_MS, async () => {
    begun.resolve();
    await promise;
    log.push('work ends');
  });
  await begun.promise;
  const stopped = stop().then(() => log.push('stopped'));
  resolve();
  await stopped;
  expect(log).toEqual(['work ends', 'stopped']);
});

test('isStopping returns true in a running task after the repetition was stopped', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const seen: boolean[] = [];
  const stop = repeat(directory.deps, silent, {
    name: 'long',
    intervalMs: HOUR_MS,
    work: async (_, isStopping) => {
      seen.push(isStopping());
      begun.resolve();
      await promise;
      seen.push(isStopping());
    },
  });
  await begun.promise;
  const stopped = stop();
  resolve();
  await stopped;
  expect(seen).toEqual([false, true]);
});

test('a task receives the dependencies that it was started with', async () => {
  const seen: unknown[] = [];
  const stop = repeat(directory.deps, silent, {
    name: 'deps',
    intervalMs: HOUR_MS,
    work: (deps) => Promise.resolve(seen.push(deps)),
  });
  await stop();
  expect(seen).toEqual([directory.deps]);
});

test('a task runs in one process until that process stops, and then in another process', async () => {
  const [first, second] = [task(), task()];
  const stopFirst = start('shared', HOUR_MS, first.run);
  await first.ran(1);
  const stopWaiting = start('shared', HOUR_MS, second.run);
  await stopWaiting();
  expect(second.runs()).toBe(0);
  await stopFirst();
  const stopSecond = start('shared', HOUR_MS, second.run);
  await stopSecond();
  expect(second.runs()).toBe(1);
});

test.for<[string, number, number]>([
  ['a long interval', HOUR_MS, HOUR_MS],
  ['the minimum lease of a short interval', 5_000, TASK_LEASE_MIN_MS],
])('the lease of a task that its process did not release lasts for %s', async ([name, intervalMs, leaseMs]) => {
  const { deps, clock } = directory;
  const { run, ran } = task();
  const stop = start(name, intervalMs, run);
  await ran(1);
  const other = { name, holder: 'another process', durationMs: leaseMs };
  clock.advance(leaseMs - 1);
  expect(await acquireLease(deps.database, { ...other, now: clock.now() })).toBe(false);
  clock.advance(1);
  expect(await acquireLease(deps.database, { ...other, now: clock.now() })).toBe(true);
  await stop();
  // Stopping does not release a lease that another process has acquired in the meantime.
  const { run: third, runs } = task();
  await start(name, intervalMs, third)();
  expect(runs()).toBe(0);
});

test('a failure is logged with the name of the task, and the task runs again', async () => {
  const lines = new PassThrough();
  const { run, ran } = task();
  const stop = start(
    'failing',
    1,
    async () => {
      await run();
      throw new Error('the disk is full');
    },
    pino({ level: 'error' }, lines),
  );
  const [line] = await once(lines, 'data');
  await ran(2);
  await stop();
  expect(JSON.parse(String(line).split('\n')[0] ?? '')).toMatchObject({
    name: 'failing',
    err: { message: 'the disk is full' },
  });
});
