import { expect, test } from 'vitest';
import { startRenewal } from './renewal.ts';

/** Starts a renewal whose runs each wait until the test ends them. */
function heldRenewal() {
  const runs: PromiseWithResolvers<void>[] = [];
  let begun = Promise.withResolvers<void>();
  const renewal = startRenewal(async () => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    begun.resolve();
    begun = Promise.withResolvers<void>();
    await run.promise;
  }, 1);
  return { renewal, runs, nextBegins: () => begun.promise };
}

test('stop() waits for the current renewal, and no other renewal begins afterward', async () => {
  const { renewal, runs, nextBegins } = heldRenewal();
  await nextBegins();
  const order: string[] = [];
  const ended = renewal.stop().then(() => order.push('stopped'));
  await new Promise(setImmediate);
  order.push('renewed');
  runs[0]?.resolve();
  await ended;
  expect(order).toEqual(['renewed', 'stopped']);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(runs).toHaveLength(1);
});

test('a renewal that takes longer than the interval does not overlap the next one, and a failed renewal is followed by another', async () => {
  const { renewal, runs, nextBegins } = heldRenewal();
  await nextBegins();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(runs).toHaveLength(1);
  runs[0]?.reject(new Error('no connection'));
  await nextBegins();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await renewal.stop();
});

test('stop() resolves immediately if no renewal has begun', async () => {
  await expect(startRenewal(async () => {}, 60_000).stop()).resolves.toBeUndefined();
});
