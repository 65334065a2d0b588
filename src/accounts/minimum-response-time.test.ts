import { describe, expect, test } from 'vitest';
import { withMinimumResponseTime, withMinimumRefusalTime, type MinimumResponseTime } from './minimum-response-time.ts';

/** A work and a time that end when the test says so, and what happened in which order. */
function openScene(answer: (begin: MinimumResponseTime, work: () => Promise<string>) => Promise<string>) {
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

/** Everything that can happen without the time or the work ending has happened after this. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

describe.for([
  ['answerEvenly', withMinimumResponseTime],
  ['refuseEvenly', withMinimumRefusalTime],
] as const)('%s', ([name, answer]) => {
  test('answers with an error only after the time has passed', async () => {
    const scene = openScene(answer);
    scene.work.reject(new Error('refused'));
    await settled();
    expect(scene.log).toEqual(['time begins', 'work begins', 'work ends']);
    scene.time.resolve();
    await scene.answered;
    expect(scene.log.slice(3)).toEqual(['time passes', 'Error: refused']);
  });

  test('waits for work that takes longer than the time', async () => {
    const scene = openScene(answer);
    scene.time.resolve();
    await settled();
    scene.work.resolve('done');
    await scene.answered;
    expect(scene.log).toEqual(['time begins', 'work begins', 'time passes', 'work ends', 'done']);
  });

  test(`${name === 'answerEvenly' ? 'answers' : 'does not answer'} success only after the time has passed`, async () => {
    const scene = openScene(answer);
    scene.work.resolve('done');
    await settled();
    expect(scene.log.includes('done')).toBe(name === 'refuseEvenly');
    scene.time.resolve();
    await scene.answered;
    expect(scene.log).toContain('done');
  });
});
