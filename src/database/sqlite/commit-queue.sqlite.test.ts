import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BATCH_TRANSACTIONS_MAX, CommitQueue } from './commit-queue.ts';

let folder: string;
let sqlite: SqliteDatabase.Database;
let other: SqliteDatabase.Database;
/** The pending syncs. The test resolves each one. */
let syncs: PromiseWithResolvers<void>[];
let queue: CommitQueue;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhua-unit-'));
  sqlite = new SqliteDatabase(join(folder, 'test.sqlite'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('create table numbers (value integer primary key)');
  other = new SqliteDatabase(join(folder, 'test.sqlite'), { timeout: 1 });
  syncs = [];
  queue = new CommitQueue(sqlite, () => {
    const sync = Promise.withResolvers<void>();
    syncs.push(sync);
    return sync.promise;
  });
});
afterEach(() => {
  other.close();
  sqlite.close();
  rmSync(folder, { recursive: true, force: true });
});

const numbers = () => other.prepare('select value from numbers order by value').pluck().all();
/** Waits until the open batch is committed. The queue delays that by a turn of the event loop, so that other transactions can join. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Inserts a number in a transaction, and adds it to the log when the commit is acknowledged. */
async function insert(value: number, log: number[] = []): Promise<void> {
  await queue.begin();
  try {
    sqlite.prepare('insert into numbers values (?)').run(value);
  } catch (error) {
    queue.rollback();
    throw error;
  }
  await queue.commit();
  log.push(value);
}

test('transactions are acknowledged only after they are synced, and those that arrive during a sync are synced together', async () => {
  const acknowledged: number[] = [];
  const all = Promise.all([insert(1, acknowledged), insert(2, acknowledged)]);
  await settled();
  expect(syncs).toHaveLength(1);
  const more = Promise.all([insert(3, acknowledged), insert(4, acknowledged)]);
  await settled();
  expect(acknowledged).toEqual([]);
  syncs[0]?.resolve();
  await all;
  await settled();
  expect(acknowledged).toEqual([1, 2]);
  expect(syncs).toHaveLength(2);
  syncs[1]?.resolve();
  await more;
  expect(numbers()).toEqual([1, 2, 3, 4]);
});

test('a failed transaction does not roll back the others in its batch', async () => {
  const results = Promise.allSettled([insert(1), insert(1), insert(2)]);
  await settled();
  syncs[0]?.resolve();
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(numbers()).toEqual([1, 2]);
});

test('a batch contains at most BATCH_TRANSACTIONS_MAX transactions', async () => {
  const first = insert(0);
  await settled();
  const rest = Promise.all(Array.from({ length: BATCH_TRANSACTIONS_MAX + 1 }, (_, index) => insert(index + 1)));
  await settled();
  syncs[0]?.resolve();
  await first;
  await settled();
  expect(numbers()).toHaveLength(BATCH_TRANSACTIONS_MAX + 1);
  syncs[1]?.resolve();
  await settled();
  syncs[2]?.resolve();
  await rest;
  expect(numbers()).toHaveLength(BATCH_TRANSACTIONS_MAX + 2);
});

test('all writes are refused after a sync has failed', async () => {
  const lost = insert(1);
  await settled();
  syncs[0]?.reject(new Error('EIO'));
  await expect(lost).rejects.toMatchObject({ code: 'storageFailed', outcome: 'unknown' });
  await expect(insert(2)).rejects.toMatchObject({ code: 'storageFailed', outcome: 'nothing' });
});

test('a lock held too long by another process fails the waiting transaction, but not later ones', async () => {
  sqlite.pragma('busy_timeout = 1');
  other.exec('begin immediate');
  await expect(insert(1)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  other.exec('rollback');
  const second = insert(2);
  await settled();
  syncs[0]?.resolve();
  await second;
  expect(numbers()).toEqual([2]);
});

test('drained() resolves after the last sync has ended', async () => {
  await queue.drained();
  const written = insert(1);
  await settled();
  const order: string[] = [];
  const drain = async () => {
    await queue.drained();
    order.push('drained');
  };
  const draining = drain();
  await settled();
  order.push('synced');
  syncs[0]?.resolve();
  await Promise.all([written, draining]);
  expect(order).toEqual(['synced', 'drained']);
});
