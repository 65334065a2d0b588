import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import { sharedLength, termsOf } from '#base/search-terms.ts';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import { sqliteEngine } from '#database/sqlite/sqlite-engine.ts';
import { emailValues } from '#directory/attribute-contract.ts';
import { personTerms } from '#directory/person-terms.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import { newUserRow } from '#directory/user-values.ts';
import { DIFFERENT_PEOPLE, newBenchUser, personNumber } from './fill-people.ts';

type Deps = Pick<DirectoryDeps, 'clock' | 'schemas'>;
type Sqlite = SqliteDatabase.Database;

/** The number of decimal digits of a sequence, and of a shared length, next to a term. */
const SEQUENCE_DIGITS = 9;
const SHARED_DIGITS = 2;

/**
 * Adds the people of `fillPeople` to an organization without users on SQLite, in a fraction of the time: the code that requests use computes
 * the rows of DIFFERENT_PEOPLE, and all rows are written without the indexes and the triggers of their tables. No other process may write meanwhile.
 */
export function fillSqlitePeople(folder: string, deps: Deps, caller: Caller, count: number): void {
  const sqlite = new SqliteDatabase(join(folder, DATABASE_FILE));
  try {
    // A fill that was interrupted leaves no usable directory, so nothing has to be durable before the end.
    sqlite.pragma('synchronous = OFF');
    sqlite.pragma('cache_size = -262144');
    sqlite.pragma('temp_store = MEMORY');
    sqlite.pragma('foreign_keys = OFF');
    sqlite.transaction(() =>
      withRowsOnly(sqlite, ['users', 'user_emails'], () => insertAll(sqlite, deps, caller, count)),
    )();
  } finally {
    sqlite.close();
  }
}

/** Drops the indexes and the triggers of tables, does the work, and creates them again. */
function withRowsOnly(sqlite: Sqlite, tables: readonly string[], work: () => void): void {
  const parts = tables.flatMap(
    (table) =>
      sqlite
        .prepare(
          `select type, name, sql from sqlite_master where type in ('index', 'trigger') and tbl_name = ? and sql is not null`,
        )
        .all(table) as { readonly type: string; readonly name: string; readonly sql: string }[],
  );
  // SQLite removes the statistics of the planner with an index.
  const statistics = sqlite.prepare('select tbl, idx, stat from sqlite_stat1').raw().all();
  for (const { type, name } of parts) sqlite.exec(`drop ${type} ${name}`);
  work();
  for (const { sql } of parts) sqlite.exec(sql);
  sqlite.exec('delete from sqlite_stat1');
  const insert = sqlite.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)');
  for (const row of statistics) insert.run(row);
}

function insertAll(sqlite: Sqlite, deps: Deps, caller: Caller, count: number): void {
  const { organizationId, integration } = caller.origin;
  // Ids consist of digits too, so the number of a person must not be replaced in them.
  const owners = { organization_id: organizationId, integration_id: integration?.id ?? null };
  const different = Array.from({ length: Math.min(count, DIFFERENT_PEOPLE) }, (_, index) =>
    templateOf(deps, caller, index),
  );
  const columns = Object.keys(different[0]?.values ?? {});
  const insertUser = sqlite.prepare(`insert into users (${columns.join()}) values (${columns.map(() => '?').join()})`);
  const insertEmail = sqlite.prepare('insert into user_emails (user_id, organization_id, value_key) values (?, ?, ?)');
  const writeTerms = termWriter(sqlite, organizationId);
  let bucket = 0;
  let terms: string[] = [];
  let last = 0;
  for (let index = 0; index < count; index += 1) {
    const { values, emails, terms: ofPerson } = personOf(different, index);
    const id = newId(deps.clock);
    const at = deps.clock.now().getTime();
    const row = { ...values, ...owners, id, created_at: at, modified_at: at };
    last = Number(insertUser.run(Object.values(row)).lastInsertRowid);
    for (const key of emails) insertEmail.run(id, organizationId, key);
    const bucketOfUser = last >> sqliteEngine.termBucketBits;
    if (bucketOfUser !== bucket) {
      writeTerms(bucket, terms);
      [bucket, terms] = [bucketOfUser, []];
    }
    const sequence = String(last).padStart(SEQUENCE_DIGITS, '0');
    for (const term of ofPerson) terms.push(term + sequence);
  }
  writeTerms(bucket, terms);
  sqlite
    .prepare('insert or replace into unindexed_people (organization_id, next_sequence) values (?, ?)')
    .run(organizationId, last + 1);
  sqlite.prepare(`insert or replace into resource_counts values (?, 'User', ?)`).run(organizationId, count);
}

/** What is written for a person: the row, the keys of the email addresses, and the terms, each with the shared length before it. */
interface Template {
  readonly values: Readonly<Record<string, string | number | null>>;
  readonly emails: readonly string[];
  readonly terms: readonly string[];
}

function templateOf(deps: Deps, caller: Caller, index: number): Template {
  const user = newBenchUser(deps, caller, index);
  const values = newUserRow(deps, user, personTerms(user));
  const terms = termsOf(values.terms);
  return {
    values,
    emails: [...new Set(emailValues(user.document).map(fold))],
    terms: terms.map((term, at) => String(sharedLength(term, terms[at - 1])).padStart(SHARED_DIGITS, '0') + term),
  };
}

/**
 * Returns what is written for a person who differs from one of `different` by the number only. In all values, the number is at the same
 * place, so that the order of the terms and what they share stay the same.
 */
function personOf(different: readonly Template[], index: number): Template {
  const template = different[index % DIFFERENT_PEOPLE];
  if (template === undefined) throw new Error('The database does not contain people to copy.');
  if (index < DIFFERENT_PEOPLE) return template;
  const [from, to] = [personNumber(index % DIFFERENT_PEOPLE), personNumber(index)];
  return JSON.parse(JSON.stringify(template).replaceAll(from, to));
}

/** Returns a function that writes the terms of a bucket, each between the shared length and the sequence. */
function termWriter(sqlite: Sqlite, organizationId: string): (bucket: number, terms: readonly string[]) => void {
  const insert = sqlite.prepare(
    `insert into user_terms (organization_id, bucket, term, user_sequence, shared)
     select ?, ?, substr(value, ${SHARED_DIGITS + 1}, length(value) - ${SHARED_DIGITS + SEQUENCE_DIGITS}),
       cast(substr(value, -${SEQUENCE_DIGITS}) as integer), cast(substr(value, 1, ${SHARED_DIGITS}) as integer)
     from json_each(?) order by 3, 4, 5`,
  );
  return (bucket, terms) => void insert.run(organizationId, bucket, JSON.stringify(terms));
}
