import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { releaseLease, releaseLeases, acquireLease, acquireLeases } from './lease-store.ts';

const DURATION_MS = 1_000;

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened[Symbol.asyncDispose]());

const at = (ms: number) => new Date(ms);
const take = async (name: string, holder: string, ms: number) =>
  await acquireLease(opened.database, { name, holder, now: at(ms), durationMs: DURATION_MS });

test('a lease belongs to one holder until it expires, and is free from that moment', async () => {
  expect(await take('expiry', 'one', 0)).toBe(true);
  expect(await take('expiry', 'two', DURATION_MS - 1)).toBe(false);
  expect(await take('expiry', 'two', DURATION_MS)).toBe(true);
  expect(await take('expiry', 'one', DURATION_MS)).toBe(false);
});

test('a holder extends a lease by acquiring it again', async () => {
  expect(await take('renewal', 'one', 0)).toBe(true);
  expect(await take('renewal', 'one', DURATION_MS - 1)).toBe(true);
  expect(await take('renewal', 'two', DURATION_MS)).toBe(false);
  expect(await take('renewal', 'two', 2 * DURATION_MS - 1)).toBe(true);
});

test('leases with different names are independent', async () => {
  expect(await take('this', 'one', 0)).toBe(true);
  expect(await take('that', 'two', 0)).toBe(true);
});

test('a lease is free after its holder releases it, and no other process can release it', async () => {
  expect(await take('return', 'one', 0)).toBe(true);
  await releaseLease(opened.database, 'return', 'two');
  expect(await take('return', 'two', 1)).toBe(false);
  await releaseLease(opened.database, 'return', 'one');
  expect(await take('return', 'two', 1)).toBe(true);
});

test('acquireLeases() acquires only the leases that are free, and releaseLeases() releases them together', async () => {
  const { database } = opened;
  const holding = { now: at(0), durationMs: DURATION_MS };
  expect(await take('b', 'other', 0)).toBe(true);
  const taken = await acquireLeases(database, ['c', 'b', 'a'], { ...holding, holder: 'one' });
  expect(taken.toSorted()).toEqual(['a', 'c']);
  await releaseLeases(database, ['a', 'b', 'c'], 'one');
  expect(await acquireLeases(database, ['a', 'b', 'c'], { ...holding, holder: 'two' })).toHaveLength(2);
});

test('only one of several concurrent callers acquires a lease', async () => {
  const holders = Array.from({ length: 8 }, (_, index) => `holder ${index}`);
  const answers = await Promise.all(holders.map((holder) => take('race', holder, 0)));
  expect(answers.filter(Boolean)).toHaveLength(1);
});

test('acquireLeases() acquires no lease for an empty list of names', async () => {
  expect(await acquireLeases(opened.database, [], { holder: 'one', now: at(0), durationMs: DURATION_MS })).toEqual([]);
});
