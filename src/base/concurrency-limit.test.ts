import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTestTimer } from '../../tests/support/test-timer.ts';
import { KeyedQueue, TooManyWaiting, ConcurrencyLimit } from './concurrency-limit.ts';

test('a ConcurrencyLimit runs at most the given number of operations concurrently, in order of arrival, even if some fail', async () => {
  const turns = new ConcurrencyLimit(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (number: number) =>
    turns.run(async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(number);
      await sleep(1);
      running -= 1;
      if (number % 2 === 1) throw new Error(`no ${number}`);
      return number;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(work));
  expect(results.map((result) => result.status === 'fulfilled')).toEqual([true, false, true, false, true, false]);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  // All turns were released, even by the operations that failed, so another operation can run.
  expect(await work(6)).toBe(6);
});

test('a KeyedQueue runs operations on one key sequentially and in order, without waiting for another key', async () => {
  const turns = new KeyedQueue({ waitingMax: 10, waitMs: 60_000 });
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const work = (name: string, until: Promise<unknown>) => async () => {
    order.push(`${name} begins`);
    await until;
    order.push(`${name} ends`);
  };
  const failing = turns.run('group', async () => {
    await first.promise;
    throw new Error('refused');
  });
  const second = turns.run('group', work('second', Promise.resolve()));
  const third = turns.run('group', work('third', Promise.resolve()));
  await turns.run('another group', work('other', Promise.resolve()));
  first.resolve();
  await expect(failing).rejects.toThrow('refused');
  await Promise.all([second, third]);
  expect(order).toEqual(['other begins', 'other ends', 'second begins', 'second ends', 'third begins', 'third ends']);
});

test('a KeyedQueue immediately rejects an operation when the maximum number already waits for its key', async () => {
  const turns = new KeyedQueue({ waitingMax: 2, waitMs: 60_000 });
  const first = Promise.withResolvers<void>();
  const results = [turns.run('key', () => first.promise), ...[1, 2].map(() => turns.run('key', async () => {}))];
  await expect(turns.run('key', async () => {})).rejects.toThrow(TooManyWaiting);
  first.resolve();
  await Promise.all(results);
  // All turns were released, so another operation can run.
  await turns.run('key', async () => {});
});

test('a KeyedQueue rejects an operation that has waited for the time limit, and still runs one that arrived later', async () => {
  const timer = createTestTimer();
  const turns = new KeyedQueue({ waitingMax: 10, waitMs: 1_000, timer });
  const begun: string[] = [];
  const work = (name: string) => async () => void begun.push(name);
  const first = Promise.withResolvers<void>();
  const holder = turns.run('key', () => first.promise);
  const early = Promise.allSettled([turns.run('key', work('early'))]);
  await timer.advance(999);
  const late = turns.run('key', work('late'));
  await timer.advance(1);
  expect(await early).toMatchObject([{ status: 'rejected', reason: expect.any(TooManyWaiting) }]);
  first.resolve();
  await Promise.all([holder, late]);
  await turns.run('key', work('next'));
  expect(begun).toEqual(['late', 'next']);
});

test('a KeyedQueue runs up to runningMax operations on one key concurrently, and the next one when one ends', async () => {
  const turns = new KeyedQueue({ runningMax: 3, waitingMax: 2, waitMs: 60_000 });
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const results = ends.map(({ promise }, index) =>
    turns.run('key', async () => {
      begun.push(index);
      await promise;
    }),
  );
  await expect(turns.run('key', async () => {})).rejects.toThrow(TooManyWaiting);
  await turns.run('another key', async () => void begun.push(9));
  expect(begun).toEqual([0, 1, 2, 9]);
  ends[1]?.resolve();
  await results[1];
  await turns.run('another key', async () => {});
  expect(begun).toEqual([0, 1, 2, 9, 3]);
  for (const { resolve } of ends) resolve();
  await Promise.all(results);
  expect(begun).toEqual([0, 1, 2, 9, 3, 4]);
});
