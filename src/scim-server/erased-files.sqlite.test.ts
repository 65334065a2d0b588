import { readFileSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { emptyLog } from '#database/erased-text.ts';
import { EMPTY_LOG_ATTEMPTS_MAX } from '#database/sqlite/group-commit-dialect.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { newLoggedOrganization } from './request-log.fixture.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

/** A value that only the requests contain, because the directory ignores its attribute. */
const MARKER = 'size-of-the-shoe-of-dora';

async function fileOf({ directory }: TestScimServer): Promise<string> {
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list`.execute(directory.deps.database);
  return rows[0]?.file ?? '';
}

test('after a purge, neither the file nor the write-ahead log contains what was erased', async () => {
  await using server = await openTestScimServer();
  const { send } = await newLoggedOrganization(server, { requestLog: 'all' });
  const { deps, clock } = server.directory;
  const file = await fileOf(server);
  const log = `${file}-wal`;
  // So long that SQLite stores the body on further pages, which the erasure frees.
  const shoes = Array.from({ length: 300 }, (_, index) => `${MARKER}-${index}`);
  const { id } = (await send('POST', '/Users', { userName: 'dora', shoe: MARKER })).body;
  await send('POST', '/Users', { userName: 'dora', shoes });
  await send('POST', '/Groups', { displayName: 'Staff', shoe: MARKER, members: [{ value: id }] });
  await send('DELETE', `/Users/${id}`);
  expect(await emptyLog(deps.database)).toBe(true);
  expect([readFileSync(file).includes(MARKER), statSync(log).size]).toEqual([true, 0]);
  await send('GET', '/Users?filter=userName+eq+%22dora%22');

  clock.advance(30 * DAY_MS + 1);
  expect(await purgeDeleted(deps)).toBe(1);
  expect(await emptyLog(deps.database)).toBe(true);
  expect([readFileSync(file).includes(MARKER), statSync(log).size]).toEqual([false, 0]);
  // The log is used again.
  expect((await send('POST', '/Users', { userName: 'eve' })).status).toBe(201);
  expect(statSync(log).size).toBeGreaterThan(0);
});

test('the log is emptied when another connection ends its transaction before the last attempt, and not otherwise', async () => {
  await using server = await openTestScimServer();
  const { database } = server.directory.deps;
  await server.send('POST', '/Users', { userName: 'ann' });
  const reader = new SqliteDatabase(await fileOf(server), { readonly: true });
  reader.exec('begin; select count(*) from users');
  await server.send('POST', '/Users', { userName: 'bob' });
  expect(await emptyLog(database)).toBe(false);
  const emptied = emptyLog(database);
  for (let attempt = 1; attempt < EMPTY_LOG_ATTEMPTS_MAX / 2; attempt += 1) await setImmediate();
  reader.exec('commit');
  expect(await emptied).toBe(true);
  reader.close();
});
