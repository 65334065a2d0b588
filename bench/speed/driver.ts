import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';

/**
 * Measures the database driver without the server, on a copy of the served directory: how many users per second it inserts (with their
 * emails and events, in batches of as many users as there are concurrent requests), and how many it looks up by id. Prints a JSON line.
 */

type Row = Record<string, unknown>;

const BATCH = 16;
const [folder = '', seconds = '1'] = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), 'tanhua-bench-driver-'));
cpSync(folder, copy, { recursive: true });
const sqlite = new SqliteDatabase(join(copy, DATABASE_FILE));
sqlite.pragma('journal_mode = WAL');
sqlite.pragma('synchronous = FULL');
sqlite.pragma('cache_size = -32768');

const rowsPerSecond = measure(inserter());
const lookupsPerSecond = measure(lookup());
sqlite.close();
rmSync(copy, { recursive: true, force: true });
console.log(JSON.stringify({ rowsPerSecond, lookupsPerSecond }));

function measure(step: () => number): number {
  const end = performance.now() + Number(seconds) * 1_000;
  const startMs = performance.now();
  let done = 0;
  while (performance.now() < end) done += step();
  return done / ((performance.now() - startMs) / 1_000);
}

function insertOf(table: string, sample: Row) {
  const names = Object.keys(sample);
  return sqlite.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`);
}

function sampleOf(table: string, computed: readonly string[], where = ''): Row {
  const row = sqlite.prepare(`select * from ${table} ${where} limit 1`).get() as Row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => !computed.includes(name)));
}

function inserter(): () => number {
  const user = sampleOf('users', ['sequence', 'active']);
  const email = sampleOf('user_emails', []);
  const event = sampleOf('events', ['sequence'], `where type = 'user_create'`);
  const insertUser = insertOf('users', user);
  const insertEmail = insertOf('user_emails', email);
  const insertEvent = insertOf('events', event);
  const unique = ['id', 'user_name_key', 'username_key', 'email_key', 'employee_number_key', 'external_id'];
  let number = 0;
  const one = () => {
    number += 1;
    const renamed = Object.fromEntries(
      Object.entries(user).map(([name, value]) => [name, unique.includes(name) ? `driver-${number}` : value]),
    );
    insertUser.run(...Object.values(renamed));
    insertEmail.run(...Object.values({ ...email, user_id: `driver-${number}`, value_key: `driver-${number}` }));
    insertEvent.run(...Object.values({ ...event, id: `driver-${number}`, target_id: `driver-${number}` }));
  };
  const batch = sqlite.transaction(() => {
    for (let count = 0; count < BATCH; count += 1) one();
  });
  return () => {
    batch();
    return BATCH;
  };
}

function lookup(): () => number {
  const ids = (sqlite.prepare('select id from users limit 100000').all() as { readonly id: string }[]).map(
    ({ id }) => id,
  );
  const select = sqlite.prepare('select document from users where id = ?');
  let number = 0;
  return () => {
    for (let count = 0; count < BATCH; count += 1) {
      number += 7_919;
      select.get(ids[number % ids.length]);
    }
    return BATCH;
  };
}
