import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { checkPlans } from '../../tests/support/statement-plans/check-plans.ts';
import { planExceptions } from '../../tests/support/statement-plans/plan-exceptions.ts';
import { fewForEachOrganization, smallTables } from '../../tests/support/statement-plans/plan-tables.ts';
import { StatementRecorder } from '../../tests/support/statement-plans/statement-recorder.ts';
import { portOfServer } from '../../tests/support/template-database.ts';
import { openTestDatabase, testEngine } from '../../tests/support/test-database.ts';
import { listEvents } from '#audit/event-store.ts';
import type { Database } from './database.ts';

/**
 * Every test database records the statements that the product runs, and checks their query plans when it is closed. A statement
 * that no index serves fails the test that ran it. These tests cover that check.
 */

/** Checks a statement as if a function of the product had run it. Returns the refusal; undefined if its plan is allowed. */
async function refusalOf(database: Database, statement: string): Promise<string | undefined> {
  const placeholders = statement.match(/\?/g) ?? [];
  let number = 0;
  const text = testEngine() === 'sqlite' ? statement : statement.replaceAll('?', () => `$${(number += 1)}`);
  const recorder = {
    statements: [
      { sql: text, parameters: placeholders.map(() => ''), isPrepared: false, source: 'src/some-store.ts find' },
    ],
  };
  return await checkPlans(recorder, database, portOfServer).then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

test.for([
  [
    'an "or" with a column that is in no index',
    'select id from users where organization_id = ? and deleted_at is null and (external_id = ? or password_hash = ?)',
  ],
  ['a condition that no index serves', 'select id from events where integration_id = ?'],
  ['a sorted list of the rows of all organizations', 'select body from events order by at desc limit 20'],
  ['a table scan when a column has the name of the table', 'select id as users from users where password_hash = ?'],
  [
    'an unindexed lookup in the values of an insert',
    `insert into leases (name, holder, expires_at) values (?, (select max(target_key) from events where integration_id = 'x'), 1)`,
  ],
  ['a purge that no index serves', 'delete from mails where sent_at < ?'],
  [
    'all users of an organization without a limit',
    'select id from users where organization_id = ? and deleted_at is null',
  ],
  [
    'a sort of all rows of an organization',
    'select id from users where organization_id = ? and deleted_at is null order by password_expired limit 20',
  ],
] as const)('the plan check refuses %s', async ([, statement]) => {
  await using opened = await openTestDatabase();
  const refusal = await refusalOf(opened.database, statement);
  expect(refusal).toContain('src/some-store.ts find: it ');
  expect(refusal).toContain('plan-exceptions.ts');
});

test.for([
  ['a lookup by id', 'select body from events where id = ?'],
  [
    "a page of an organization's rows in index order",
    'select body from events where organization_id = ? order by at desc, sequence desc limit 20',
  ],
  ['a purge of expired rows by an indexed time', 'delete from sessions where expires_at < ?'],
  ['a full scan of a small table', 'select name from organizations order by name'],
] as const)('the plan check allows %s', async ([, statement]) => {
  await using opened = await openTestDatabase();
  expect(await refusalOf(opened.database, statement)).toBeUndefined();
});

test('a StatementRecorder records each statement of the product with the function that ran it, and no statements of tests', async () => {
  const recorder = new StatementRecorder();
  await using opened = await openTestDatabase({ observe: recorder.observe });
  await sql`select count(*) from users`.execute(opened.database);
  await listEvents(opened.database, { organizationId: 'x', limit: 1 });
  expect(recorder.statements.map(({ source }) => source)).toEqual(['src/audit/event-store.ts findEvents']);
});

test('every plan exception has a reason and names an existing function', () => {
  for (const { source, reason } of planExceptions) {
    const [file = '', name = ''] = source.split(' ');
    expect(readFileSync(file, 'utf8'), source).toMatch(new RegExp(`\\b(?:function\\*?|const|async) ${name}\\b`));
    expect(reason.length, source).toBeGreaterThan(10);
  }
});

test('every table that is listed as small exists', async () => {
  await using opened = await openTestDatabase();
  for (const table of [...Object.keys(smallTables), ...Object.keys(fewForEachOrganization)]) {
    const { rows } = await sql`select * from ${sql.table(table)} limit 1`.execute(opened.database);
    expect(rows.length, table).toBeLessThanOrEqual(1);
  }
});
