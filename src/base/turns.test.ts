import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('so many run at once, in the order in which they came, whether they fail or not', async () => {
  const turns = new Turns(2);
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
  // Nobody kept a turn.
  expect(await work(6)).toBe(6);
});
