import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../../tests/support/directory.ts';
import { sequencedTables, withoutSequence } from './without-sequence.ts';

test('the list of tables with a sequence contains every table that PostgreSQL numbers', async () => {
  await using directory = await openTestDirectory();
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES' order by 1`.execute(directory.deps.database);
  expect(rows.map(({ name }) => name)).toEqual([...sequencedTables].toSorted());
});

test('gives each row of an insertion a separate number', () => {
  const number = '-1 - floor(random() * 9e15)::bigint';
  expect(withoutSequence('insert into "events" ("id", "at") values ($1, $2), ($3, $4) returning "id"')).toBe(
    `insert into "events" ("sequence", "id", "at") overriding system value values (${number}, $1, $2), (${number}, $3, $4) returning "id"`,
  );
});

test.for([
  'insert into "memberships" ("group_id") values ($1)',
  'update "users" set "state" = $1',
  'select "id" from "users"',
])('leaves %s as it is', (statement) => {
  expect(withoutSequence(statement)).toBe(statement);
});
