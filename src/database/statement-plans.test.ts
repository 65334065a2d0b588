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
 * Every database of a test records the statements that the product runs on it, and checks their plans when it is closed: what no
 * index serves fails the test that ran it. These tests check the check.
 */

/** The refusal of a statement, as if a function of the product had run it; undefined when its plan is allowed. */
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
    'an "or" with a column that no index has',
    'select id from users where organization_id = ? and deleted_at is null and (external_id = ? or password_hash = ?)',
  ],
  ['a condition that no index serves', 'select id from events where integration_id = ?'],
  ['rows of every organization in an order', 'select body from events order by at desc limit 20'],
  ['a table whose name a column has as well', 'select id as users from users where password_hash = ?'],
  [
    'a look-up without an index among the values of a new row',
    `insert into leases (name, holder, expires_at) values (?, (select max(target_key) from events where integration_id = 'x'), 1)`,
  ],
  ['a purge without an index', 'delete from mails where sent_at < ?'],
  [
    'all users of an organization without a limit',
    'select id from users where organization_id = ? and deleted_at is null',
  ],
  [
    'a sort of all that an organization has',
    'select id from users where organization_id = ? and deleted_at is null order by password_expired limit 20',
  ],
] as const)('refuses %s', async ([, statement]) => {
  await using opened = await openTestDatabase();
  const refusal = await refusalOf(opened.database, statement);
  expect(refusal).toContain('src/some-store.ts find: it ');
  expect(refusal).toContain('plan-exceptions.ts');
});

test.for([
  ['a look-up by id', 'select body from events where id = ?'],
  [
    'a page of an organization in the order of an index',
    'select body from events where organization_id = ? order by at desc, sequence desc limit 20',
  ],
  ['a purge of what is too old', 'delete from sessions where expires_at < ?'],
  ['a small table as a whole', 'select name from organizations order by name'],
] as const)('allows %s', async ([, statement]) => {
  await using opened = await openTestDatabase();
  expect(await refusalOf(opened.database, statement)).toBeUndefined();
});

test('records the statements of the product, with the function that ran them, and none of the tests', async () => {
  const recorder = new StatementRecorder();
  await using opened = await openTestDatabase({ observe: recorder.observe });
  await sql`select count(*) from users`.execute(opened.database);
  await listEvents(opened.database, { organizationId: 'x', limit: 1 });
  expect(recorder.statements.map(({ source }) => source)).toEqual(['src/audit/event-store.ts listEvents']);
});

test('every exception has a reason, and names a function that exists', () => {
  for (const { source, reason } of planExceptions) {
    const [file = '', name = ''] = source.split(' ');
    expect(readFileSync(file, 'utf8'), source).toMatch(new RegExp(`\\b(?:function\\*?|const|async) ${name}\\b`));
    expect(reason.length, source).toBeGreaterThan(10);
  }
});

test('every table that is named as small exists', async () => {
  await using opened = await openTestDatabase();
  for (const table of [...Object.keys(smallTables), ...Object.keys(fewForEachOrganization)]) {
    const { rows } = await sql`select * from ${sql.table(table)} limit 1`.execute(opened.database);
    expect(rows.length, table).toBeLessThanOrEqual(1);
  }
});
