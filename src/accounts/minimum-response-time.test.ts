import { describe, expect, test } from 'vitest';
import { withMinimumResponseTime, withMinimumRefusalTime, type MinimumResponseTime } from './minimum-response-time.ts';

/** Starts a task and a timer, both of which the test ends, and logs the order in which they begin and end. */
function startRun(answer: (begin: MinimumResponseTime, work: () => Promise<string>) => Promise<string>) {
  const log: string[] = [];
  const time = Promise.withResolvers<void>();
  const work = Promise.withResolvers<string>();
  const answered = answer(
    () => {
      log.push('time begins');
      return time.promise.then(() => void log.push('time passes'));
    },
    async () => {
      log.push('work begins');
      return await work.promise.finally(() => log.push('work ends'));
    },
  ).then(
    (result) => log.push(result),
    (error: unknown) => log.push(String(error)),
  );
  return { log, time, work, answered };
}

/** Resolves when all pending promise callbacks have run. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

describe.for([
  ['withMinimumResponseTime', withMinimumResponseTime],
  ['withMinimumRefusalTime', withMinimumRefusalTime],
] as const)('%s', ([name, answer]) => {
  test('throws an error only after the minimum time has passed', async () => {
    const run = startRun(answer);
    run.work.reject(new Error('refused'));
    await settled();
    expect(run.log).toEqual(['time begins', 'work begins', 'work ends']);
    run.time.resolve();
    await run.answered;
    expect(run.log.slice(3)).toEqual(['time passes', 'Error: refused']);
  });

  test('waits for work that takes longer than the minimum time', async () => {
    const run = startRun(answer);
    run.time.resolve();
    await settled();
    run.work.resolve('done');
    await run.answered;
    expect(run.log).toEqual(['time begins', 'work begins', 'time passes', 'work ends', 'done']);
  });

  test(`returns a result ${name === 'withMinimumResponseTime' ? 'only after the minimum time has passed' : 'immediately'}`, async () => {
    const run = startRun(answer);
    run.work.resolve('done');
    await settled();
    expect(run.log.includes('done')).toBe(name === 'withMinimumRefusalTime');
    run.time.resolve();
    await run.answered;
    expect(run.log).toContain('done');
  });
});
