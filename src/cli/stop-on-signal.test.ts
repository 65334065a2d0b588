import { expect, test, vi } from 'vitest';
import { createTestTimer } from '../../tests/support/test-timer.ts';
import { EndInOrder } from '#base/end-in-order.ts';
import { STOP_MAX_MS, stopWithin } from './stop-on-signal.ts';

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

test('the log says that the program stops, and that it has stopped', async () => {
  const { lines, log } = testLog();
  const timer = createTestTimer();
  expect(await stopWithin({ stop: async () => {}, waitingFor: () => [] }, { log, timer })).toBe(0);
  expect(lines).toEqual(['info stopping', 'info stopped']);
});

test('a program that does not stop ends after the limit, not before it, and the log says what it waited for', async () => {
  const { lines, log } = testLog();
  const timer = createTestTimer();
  const ending = new EndInOrder();
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

test('a part that fails to stop keeps no other part from stopping, and the exit code says it', async () => {
  const { lines, log } = testLog();
  const ending = new EndInOrder();
  const other = vi.fn<() => Promise<void>>(async () => {});
  const stop = () =>
    ending.end([
      ['jobs', () => Promise.reject(new Error('no'))],
      ['mails under way', other],
    ]);
  const timer = createTestTimer();
  expect(await stopWithin({ stop, waitingFor: () => ending.waitingFor }, { log, timer })).toBe(1);
  expect(other).toHaveBeenCalledOnce();
  expect(lines[1]).toContain('error not stopped in order');
});
