import { expect, test } from 'vitest';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { RequestGate } from './request-gate.ts';

function openGate(requestsPerSecond: number | null) {
  const timer = createTestTimer();
  const closing = new AbortController();
  const gate = new RequestGate(requestsPerSecond, closing.signal, timer);
  const passed: string[] = [];
  const pass = async (name: string) => {
    await gate.pass();
    passed.push(`${name} at ${timer.nowMs()}`);
  };
  return { gate, timer, closing, passed, pass };
}

test('the request gate lets requests pass in order, at the intervals that the rate limit requires', async () => {
  const { timer, passed, pass } = openGate(50);
  const all = Promise.all(['a', 'b', 'c'].map(pass));
  await timer.advance(0);
  expect(passed).toEqual(['a at 0']);
  await timer.advance(19);
  expect(passed).toHaveLength(1);
  await timer.advance(1);
  expect(passed).toEqual(['a at 0', 'b at 20']);
  await timer.advance(20);
  await all;
  expect(passed).toEqual(['a at 0', 'b at 20', 'c at 40']);
});

test('the request gate does not allow a burst of requests after an idle period', async () => {
  const { timer, passed, pass } = openGate(10);
  await pass('a');
  await timer.advance(1_000);
  const later = Promise.all(['b', 'c'].map(pass));
  await timer.advance(0);
  await timer.advance(99);
  expect(passed).toEqual(['a at 0', 'b at 1000']);
  await timer.advance(1);
  await later;
});

test('holdFor() delays every request, including requests that are already waiting', async () => {
  const { gate, timer, passed, pass } = openGate(10);
  await pass('a');
  const waiting = pass('b');
  gate.holdFor(1_000);
  const later = pass('c');
  await timer.advance(999);
  expect(passed).toEqual(['a at 0']);
  await timer.advance(1);
  await timer.advance(100);
  await Promise.all([waiting, later]);
  expect(passed.toSorted()).toEqual(['a at 0', 'b at 1100', 'c at 1000']);
});

test('after two calls to holdFor(), the longer delay applies', async () => {
  const { gate, timer, passed, pass } = openGate(null);
  gate.holdFor(500);
  gate.holdFor(100);
  const held = pass('a');
  await timer.advance(499);
  expect(passed).toEqual([]);
  await timer.advance(1);
  await held;
});

test('without a rate limit, the request gate lets all requests pass at once', async () => {
  const { timer, passed, pass } = openGate(null);
  await Promise.all(['a', 'b', 'c'].map(pass));
  expect(passed).toEqual(['a at 0', 'b at 0', 'c at 0']);
  expect(timer.sleeps).toEqual([]);
});

test('requests that wait at the request gate fail when the client is closed', async () => {
  const { closing, pass } = openGate(1);
  await pass('a');
  const refused = Promise.allSettled([pass('b')]);
  closing.abort();
  expect(await refused).toMatchObject([{ status: 'rejected', reason: { kind: 'closed' } }]);
});
