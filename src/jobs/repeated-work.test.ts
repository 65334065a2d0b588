import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { acquireLease } from '#database/lease-store.ts';
import { repeat, WORK_LEASE_MIN_MS } from './repeated-work.ts';

const HOUR_MS = 3_600_000;

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

const silent = pino({ level: 'silent' });

/** A work that says when it runs, and that ends when the test lets it. */
function work() {
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

test('a work runs at once and again, and no more when it was stopped', async () => {
  const { run, ran, runs } = work();
  const stop = start('again', 1, run);
  await ran(3);
  await stop();
  const stopped = runs();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(runs()).toBe(stopped);
});

test('stopping waits for the work under way', async () => {
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

test('a work under way is told when it is to stop', async () => {
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

test('a work has the dependencies that it was started with', async () => {
  const seen: unknown[] = [];
  const stop = repeat(directory.deps, silent, {
    name: 'deps',
    intervalMs: HOUR_MS,
    work: (deps) => Promise.resolve(seen.push(deps)),
  });
  await stop();
  expect(seen).toEqual([directory.deps]);
});

test('one process does a work, until it stops; then another one does', async () => {
  const [first, second] = [work(), work()];
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
  ['the interval, where that is long', HOUR_MS, HOUR_MS],
  ['the shortest lease, where the interval is short', 5_000, WORK_LEASE_MIN_MS],
])('a process that ends without giving a work back keeps it for %s', async ([name, intervalMs, leaseMs]) => {
  const { deps, clock } = directory;
  const { run, ran } = work();
  const stop = start(name, intervalMs, run);
  await ran(1);
  const other = { name, holder: 'another process', durationMs: leaseMs };
  clock.advance(leaseMs - 1);
  expect(await acquireLease(deps.database, { ...other, now: clock.now() })).toBe(false);
  clock.advance(1);
  expect(await acquireLease(deps.database, { ...other, now: clock.now() })).toBe(true);
  await stop();
  // What another process has by now, stopping does not give back.
  const { run: third, runs } = work();
  await start(name, intervalMs, third)();
  expect(runs()).toBe(0);
});

test('a failure is logged with the name of the work, and the next time goes on', async () => {
  const lines = new PassThrough();
  const { run, ran } = work();
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
