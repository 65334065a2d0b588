import { expect, test, vi } from 'vitest';
import { createTestTimer } from '../../tests/support/test-timer.ts';
import { ShutdownSequence } from '#base/shutdown-sequence.ts';
import { STOP_MAX_MS, stopWithin, whenStarted, type Stoppable } from './stop-on-signal.ts';

function testLog() {
  const lines: string[] = [];
  const line = (level: string) => (first: unknown, second?: string) =>
    void lines.push(
      typeof first === 'string' ? `${level} ${first}` : `${level} ${second ?? ''} ${JSON.stringify(first)}`,
    );
  const log = { info: line('info'), error: line('error'), fatal: line('fatal') };
  return { lines, log };
}

const forever = async () => await Promise.withResolvers<void>().promise;

test('a program logs that it is stopping, and then that it has stopped', async () => {
  const { lines, log } = testLog();
  const timer = createTestTimer();
  expect(await stopWithin({ stop: async () => {}, waitingFor: () => [] }, { log, timer })).toBe(0);
  expect(lines).toEqual(['info stopping', 'info stopped']);
});

test('a program that does not stop ends exactly after the time limit, and logs what it waited for', async () => {
  const { lines, log } = testLog();
  const timer = createTestTimer();
  const ending = new ShutdownSequence();
  const abandon = vi.fn<() => void>();
  const stop = () =>
    ending.end([
      ['jobs', async () => {}],
      ['the database', forever],
    ]);
  const ended = stopWithin({ stop, waitingFor: () => ending.waitingFor, abandon }, { log, timer });
  await timer.advance(STOP_MAX_MS - 1);
  expect(lines).toEqual(['info stopping']);
  await timer.advance(1);
  expect(await ended).toBe(1);
  expect(abandon).toHaveBeenCalledOnce();
  expect(lines[1]).toBe(
    'fatal not stopped within 10 seconds: the process ends without waiting {"waitingFor":["the database"]}',
  );
});

test('a program stops its other parts if one part fails to stop, and exits with 1', async () => {
  const { lines, log } = testLog();
  const ending = new ShutdownSequence();
  const other = vi.fn<() => Promise<void>>(async () => {});
  const stop = () =>
    ending.end([
      ['jobs', () => Promise.reject(new Error('no'))],
      ['mails under way', other],
    ]);
  const timer = createTestTimer();
  expect(await stopWithin({ stop, waitingFor: () => ending.waitingFor }, { log, timer })).toBe(1);
  expect(other).toHaveBeenCalledOnce();
  expect(lines[1]).toContain('error not stopped cleanly');
});

test('a program that has failed exits with 1, even if it stops cleanly', async () => {
  const { lines, log } = testLog();
  const failed = { stop: async () => {}, waitingFor: () => [], hasFailed: () => true };
  expect(await stopWithin(failed, { log, timer: createTestTimer() })).toBe(1);
  expect(lines).toEqual(['info stopping', 'info stopped']);
});

test('a program that is still starting finishes its start, stops what it started, and only then logs "stopped"', async () => {
  const { lines, log } = testLog();
  const { promise: starting, resolve } = Promise.withResolvers<Stoppable>();
  const ended = stopWithin(whenStarted(starting), { log, timer: createTestTimer() });
  const stop = vi.fn<() => Promise<void>>(async () => {
    expect(lines).toEqual(['info stopping']);
  });
  resolve({ stop, waitingFor: () => [] });
  expect(await ended).toBe(0);
  expect(stop).toHaveBeenCalledOnce();
  expect(lines).toEqual(['info stopping', 'info stopped']);
});

test('a program that is still starting ends after the time limit, and logs that it waited for the start', async () => {
  const { lines, log } = testLog();
  const timer = createTestTimer();
  const ended = stopWithin(whenStarted(Promise.withResolvers<Stoppable>().promise), { log, timer });
  await timer.advance(STOP_MAX_MS);
  expect(await ended).toBe(1);
  expect(lines[1]).toContain('{"waitingFor":["the start"]}');
});
