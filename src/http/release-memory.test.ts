import fastify from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LARGE_BODY_BYTES_MIN, releaseMemory } from './release-memory.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const on = '--memory-saver-mode';
const off = '--no-memory-saver-mode';

function server() {
  const flags: string[] = [];
  const app = fastify();
  releaseMemory(app, { quietMs: 10, savingMs: 100, setFlag: (flag) => void flags.push(flag) });
  app.post('/', async () => 'read');
  const send = async (bytes: number) =>
    app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'text/plain' }, payload: 'x'.repeat(bytes) });
  return { app, flags, send };
}

test('memory saver mode is on for a limited time after the last large body', async () => {
  const { app, flags, send } = server();
  await send(LARGE_BODY_BYTES_MIN);
  vi.advanceTimersByTime(9);
  await send(LARGE_BODY_BYTES_MIN);
  vi.advanceTimersByTime(9);
  expect(flags).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(flags).toEqual([on]);
  vi.advanceTimersByTime(100);
  expect(flags).toEqual([on, off]);
  await app.close();
});

test('a request with a small body or without a body does not turn memory saver mode on', async () => {
  const { app, flags, send } = server();
  await send(LARGE_BODY_BYTES_MIN - 1);
  await send(0);
  vi.advanceTimersByTime(1_000);
  expect(flags).toEqual([]);
  await app.close();
});

test('memory saver mode is turned off by another large body and when the server closes', async () => {
  const { app, flags, send } = server();
  await send(LARGE_BODY_BYTES_MIN);
  vi.advanceTimersByTime(10);
  await send(LARGE_BODY_BYTES_MIN);
  expect(flags).toEqual([on, off]);
  vi.advanceTimersByTime(10);
  await app.close();
  expect(flags).toEqual([on, off, on, off]);
});
