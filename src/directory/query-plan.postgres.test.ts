import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { engineOf } from '#database/engine.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { compileFilter } from './filter-sql.ts';
import { userBinding } from './user-filter-sql.ts';

const USERS = 20_000;
/**
 * The number of users that one transaction inserts: a trigger counts users in a single row, and each insert adds a version of that
 * row until the transaction ends.
 */
const BATCH = 1_000;

let directory: TestDirectory;

/** Autovacuum is off in the tests, so the planner knows only the column statistics that the migrations set. */
beforeAll(async () => {
  directory = await openTestDirectory();
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  for (let first = 1; first <= USERS; first += BATCH) {
    await sql`
    insert into users (id, organization_id, creation_source, user_name, user_name_key, username, username_key, email, email_key,
      external_id, display_name_key, employee_number_key, state, document, search, created_at, modified_at)
    select lpad(to_hex(n), 24, '0'), ${organizationId}, 'test', 'u' || n, 'u' || n, 'u' || n, 'u' || n, 'u' || n, 'u' || n,
      'external-' || n, 'd' || n, 'e' || n, 'ACTIVATED', '{}', '{}', n, n
    from generate_series(${sql.lit(first)}, ${sql.lit(first + BATCH - 1)}) as n`.execute(database);
  }
  await sql`
    insert into user_emails (user_id, organization_id, value_key)
    select id, organization_id, email_key from users`.execute(database);
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

/** Returns the generic plan of a filter on users, which the server caches. */
async function planOf(filter: string): Promise<string> {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const { json } = engineOf(deps.database);
  const condition = compileFilter(
    typeFilter(deps.schemas.User, parseFilter(filter)),
    userBinding(json, deps.schemas.User, organizationId),
  );
  const compiled = sql`select users.* from users
    where users.organization_id = ${organizationId} and users.deleted_at is null and ${condition}
    order by users.sequence limit 100`.compile(deps.database);
  return await deps.database.transaction().execute(async (transaction) => {
    await sql.raw(`prepare planned as ${compiled.sql}`).execute(transaction);
    const values = sql.join(compiled.parameters.map((value) => sql.lit(literal(value))));
    const { rows } = await sql<Record<string, string>>`explain execute planned(${values})`.execute(transaction);
    await sql.raw('deallocate planned').execute(transaction);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

/** Converts an array to PostgreSQL's array notation. */
function literal(value: unknown): unknown {
  return Array.isArray(value) ? `{${value.map((one) => JSON.stringify(one)).join(',')}}` : value;
}

test.for([
  ['userName eq "u777"', 'users_user_name_key'],
  ['externalId eq "external-777"', 'users_external_id'],
  ['emails[type eq "work"].value eq "u777"', 'user_emails_key'],
  ['displayName eq "d777"', 'users_display_name_key'],
  ['employeeNumber eq "e777"', 'users_employee_number_key'],
  ['userName eq "u777" and active eq true', 'users_user_name_key'],
  ['id eq "000000000000000000000309"', 'users_id_key'],
] as const)('the filter %s uses an index even before any statistics are gathered', async ([filter, index]) => {
  const plan = await planOf(filter);
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/Seq Scan on users|users_living/);
});
