import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestScimServer } from '#scim-server/scim-server.fixture.ts';
import { systemClock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { KEY_FILE } from '#base/secret-box.ts';
import type { Database } from '../database.ts';
import { engineAdapterOf, engineOf } from '../engine.ts';
import { migrate } from '../migrate.ts';
import { PROBE_AGE_MAX_MS, probeWrite, WriteProbe } from '../write-probe.ts';
import { StorageError } from '../storage-error.ts';
import { DATABASE_FILE, openSqlite } from './open-sqlite.ts';
import { storageFaults, toStorageError } from './sqlite-errors.ts';

const templateFolder = mkdtempSync(join(tmpdir(), 'tanhua-storage-template-'));
let folder: string;
let file: string;

beforeAll(async () => {
  const template = openSqlite(templateFolder, 'process');
  await migrate(template);
  await template.destroy();
});
afterAll(() => rmSync(templateFolder, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhua-storage-'));
  file = join(folder, DATABASE_FILE);
  copyFileSync(join(templateFolder, DATABASE_FILE), file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Limits the file to a few more pages than it has, which simulates a full disk. */
async function limitPages(database: Database, more: number): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(transaction);
    await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + more)}`.execute(transaction);
  });
}

/** Overwrites the first page of a table with garbage, outside SQLite. */
function overwritePageOf(table: string): void {
  const sqlite = new SqliteDatabase(file);
  const page = Number(sqlite.prepare('select rootpage from sqlite_master where name = ?').pluck().get(table));
  const bytes = Buffer.alloc(Number(sqlite.pragma('page_size', { simple: true })), 0xa5);
  sqlite.close();
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, (page - 1) * bytes.length);
  closeSync(handle);
}

/** Creates users until one is refused, and returns that response. */
async function fillUp(server: Awaited<ReturnType<typeof openTestScimServer>>) {
  for (let number = 0; number < 500; number += 1) {
    const answer = await server.send('POST', '/Users', { userName: `user${number}`, title: 'x'.repeat(900) });
    if (answer.status !== 201) return answer;
  }
  throw new Error('The database never was full.');
}

test.for(Object.entries(storageFaults))(
  'toStorageError() reports %s and its extended codes as storage failures',
  ([code, fault]) => {
    for (const one of [code, `${code}_WRITE`]) {
      const error = toStorageError(new SqliteDatabase.SqliteError('disk', one), 'unknown');
      expect(error).toMatchObject({
        fault,
        outcome: 'unknown',
        code: fault === 'full' ? 'storageFull' : 'storageFailed',
      });
    }
  },
);

test('toStorageError() does not report other SQLite errors as storage failures', () => {
  for (const code of ['SQLITE_BUSY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_FULLY']) {
    const error = new SqliteDatabase.SqliteError('other', code);
    expect(toStorageError(error)).toBe(error);
  }
});

test('on a full disk, writes fail with 507 and Retry-After, reads succeed, and writes succeed again once there is space', async () => {
  await using server = await openTestScimServer('standard');
  const { database } = server.directory.deps;
  await limitPages(database, 20);
  const refused = await fillUp(server);
  expect(refused).toMatchObject({ status: 507, headers: { 'retry-after': '30' } });
  expect(refused.body.detail).toMatch(/full\. (Nothing was changed|The change may or may not have been done)/);
  await expect(probeWrite(database, systemClock)).resolves.toBeUndefined();
  const { totalResults } = (await server.send('GET', '/Users?count=0')).body;
  await limitPages(database, 1_000);
  expect((await server.send('POST', '/Users', { userName: 'later' })).status).toBe(201);
  expect((await server.send('GET', '/Users?count=0')).body.totalResults).toBe(totalResults + 1);
});

test('after a failed sync the outcome is unknown, further writes are refused, and the process is asked to end', async () => {
  const database = openSqlite(folder, 'disk', undefined, () => Promise.reject(new Error('EIO: i/o error, fdatasync')));
  try {
    const first = await probeWrite(database, systemClock).catch((error: unknown) => error);
    expect(first).toMatchObject({ code: 'storageFailed', outcome: 'unknown' });
    expect(String(first)).toContain('may or may not have been done');
    const second = await probeWrite(database, systemClock).catch((error: unknown) => error);
    expect(second).toMatchObject({ code: 'storageFailed', outcome: 'nothing' });
    expect(String(await engineAdapterOf(database).unsafe)).toContain('may or may not have been done');
  } finally {
    await database.destroy();
  }
});

test('a write to a file that became read-only fails with storageFailed and reports that nothing was changed', async () => {
  const database = openSqlite(folder, 'process');
  try {
    // Makes SQLite fail as on a read-only file system. File permissions would have no effect, because root may write to any file.
    await database.transaction().execute((transaction) => sql`pragma query_only = on`.execute(transaction));
    const error = await probeWrite(database, systemClock).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'storageFailed', fault: 'readOnly', outcome: 'nothing' });
  } finally {
    await database.destroy();
  }
});

test('a write probe writes at most once per interval, and reports a failure until a later write succeeds', async () => {
  let now = 1_000_000;
  const clock = { now: () => new Date(now) };
  let fails = true;
  let writes = 0;
  const database = openSqlite(folder, 'process', ({ sql: text }) => {
    if (!text.startsWith('insert into "leases"')) return;
    writes += 1;
    if (fails) throw new SqliteDatabase.SqliteError('database or disk is full', 'SQLITE_FULL');
  });
  try {
    const probe = new WriteProbe(database, clock);
    await Promise.all([probe.failure(), probe.failure()]);
    now += PROBE_AGE_MAX_MS - 1;
    expect(await probe.failure()).toBeDefined();
    expect(writes).toBe(1);
    fails = false;
    now += 1;
    expect(await probe.failure()).toBeUndefined();
    expect(writes).toBe(2);
  } finally {
    await database.destroy();
  }
});

test('the check at the start refuses a damaged file and names its path, and reading the file fails with StorageError', async () => {
  overwritePageOf('users');
  const database = openSqlite(folder, 'process');
  try {
    const refusal = await engineOf(database)
      .requireSound(database)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(String(refusal)).toContain(`${file} in TANHUA_DATA_DIR is damaged`);
    expect(String(refusal)).not.toContain('\n');
    const reading = await database
      .selectFrom('users')
      .selectAll()
      .execute()
      .catch((error: unknown) => error);
    expect(reading).toBeInstanceOf(StorageError);
    expect(reading).toMatchObject({ fault: 'damaged', outcome: 'nothing' });
  } finally {
    await database.destroy();
  }
});

test('an undamaged file passes the check at the start', async () => {
  const database = openSqlite(folder, 'process');
  await expect(engineOf(database).requireSound(database)).resolves.toBeUndefined();
  await database.destroy();
});

test('an empty database file is accepted as a first start only if there is no secret.key', async () => {
  truncateSync(file);
  await openSqlite(folder, 'process').destroy();
  truncateSync(file);
  writeFileSync(join(folder, KEY_FILE), 'key');
  expect(() => openSqlite(folder, 'process')).toThrow(`${file} is empty although ${join(folder, KEY_FILE)} shows`);
});
