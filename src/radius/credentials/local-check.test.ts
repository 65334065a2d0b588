import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { openTestGraph, type TestGraph } from '../../entra/graph-api/graph-api.fixture.ts';
import type { Attempts } from '#accounts/attempts.ts';
import {
  createLocalCheck,
  LOCAL_DEADLINE_MS,
  LOCAL_HASHES_MAX,
  LOCAL_WAITING_MAX,
  type LocalAttempt,
} from './local-check.ts';

/** The limits of checks of local passwords. Their outcomes are tested in ../decide/radius-policy.test.ts. */

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

/** Counts what happens to attempts, without a database. */
function countedAttempts() {
  const counts = { begun: 0, cancelled: 0, failed: 0 };
  const begin = async () => {
    counts.begun += 1;
    return {
      refusedUntil: undefined,
      succeed: async () => {},
      cancel: async () => void (counts.cancelled += 1),
      fail: async () => void (counts.failed += 1),
    };
  };
  return { counts, attempts: { begin } as unknown as Attempts };
}

function attempt(change: Partial<LocalAttempt> = {}): LocalAttempt {
  return {
    deps: graph.services.accounts,
    account: undefined,
    organizationId: graph.organizationId,
    login: 'nobody',
    password: 'wrong',
    wifiPasswordHash: null,
    source: { kind: 'station', id: 'aabbcc001122' },
    request: {
      id: 'r',
      method: 'RADIUS',
      path: '/',
      clientIp: '192.0.2.1',
      userAgent: undefined,
      client: undefined,
      authMethod: 'none',
    },
    ...change,
  };
}

test('answers at once that it is overloaded when the maximum number of checks waits, without counting a failure', async () => {
  const { counts, attempts } = countedAttempts();
  const check = createLocalCheck({ attempts, timer: createTestTimer() });
  const all = await Promise.all(
    Array.from({ length: LOCAL_HASHES_MAX + LOCAL_WAITING_MAX + 1 }, () => check(attempt())),
  );
  const overloaded = all.filter(({ kind }) => kind === 'fault');
  expect(overloaded).toEqual([{ kind: 'fault', code: 'overloaded' }]);
  // Every other check was done: exactly the maximum number may wait.
  expect(counts).toEqual({ begun: all.length, cancelled: 1, failed: all.length - 1 });
});

test('gives up a check at the deadline, without counting a failure, and not before', async () => {
  const { counts, attempts } = countedAttempts();
  const timer = createTestTimer();
  const check = createLocalCheck({ attempts, timer });
  const late = check(attempt());
  await timer.sleeping(1);
  await timer.advance(LOCAL_DEADLINE_MS);
  expect(await late).toEqual({ kind: 'fault', code: 'overloaded' });
  expect(counts).toEqual({ begun: 1, cancelled: 1, failed: 0 });
  const inTime = check(attempt());
  await timer.sleeping(2);
  await timer.advance(LOCAL_DEADLINE_MS - 1);
  expect(await inTime).toEqual({ kind: 'refused', code: 'userUnknown' });
});

test('does not count a check that fails because of a fault of the directory', async () => {
  const { counts, attempts } = countedAttempts();
  const deps = Object.defineProperty({ ...graph.services.accounts }, 'passwordCost', {
    get: () => {
      throw new Error('a fault of the directory');
    },
  });
  await expect(createLocalCheck({ attempts })(attempt({ deps }))).rejects.toThrow('a fault of the directory');
  expect(counts).toEqual({ begun: 1, cancelled: 1, failed: 0 });
});
