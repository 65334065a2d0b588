import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { engineOf } from '#database/engine.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { compileFilter } from './filter-sql.ts';
import { groupBinding } from './group-filter-sql.ts';
import { listResources } from './listing.ts';
import { userBinding } from './user-filter-sql.ts';

const USERS = 100_000;

let directory: TestDirectory;

beforeAll(async () => {
  directory = await openTestDirectory();
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  await sql`
    with recursive number(n) as (select 1 union all select n + 1 from number where n < ${USERS})
    insert into users (id, organization_id, creation_source, user_name, user_name_key, username, username_key, email, email_key,
      external_id, display_name_key, employee_number_key, state, document, search, created_at, modified_at)
    select printf('%024x', n), ${organizationId}, 'test', 'Ünal' || n, 'ünal' || n, 'Ünal' || n, 'ünal' || n,
      'user' || n || '@x.example', 'user' || n || '@x.example', 'external-' || n, 'åsa ' || n, 'e' || n,
      'ACTIVATED', document, document, n, n
    from (
      select n, json_object('userName', 'ünal' || n, 'externalId', 'external-' || n, 'displayName', 'åsa ' || n,
        'emails', json_array(json_object('type', 'work', 'value', 'user' || n || '@x.example'))) as document
      from number
    )`.execute(database);
  await sql`
    insert into user_emails (user_id, organization_id, value_key)
    select id, organization_id, email_key from users`.execute(database);
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

/** Returns SQLite's query plan of a filter on users, one line for each table. */
async function planOf(filter: string): Promise<string> {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const condition = compileFilter(
    typeFilter(deps.schemas.User, parseFilter(filter)),
    userBinding(engineOf(deps.database).json, deps.schemas.User, organizationId),
  );
  const { rows } = await sql<{ detail: string }>`explain query plan
    select users.* from users where users.organization_id = ${organizationId} and users.deleted_at is null and ${condition}
    order by users.sequence limit 100`.execute(deps.database);
  return rows.map((row) => row.detail).join('\n');
}

async function idsOf(filter: string): Promise<readonly string[]> {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const { resources } = await listResources(deps, organizationId, {
    types: ['User'],
    filter: parseFilter(filter),
    position: { kind: 'offset', offset: 0 },
    count: 10,
  });
  return resources.map(({ key }) => key.id);
}

const id777 = (777).toString(16).padStart(24, '0');

describe(`with ${USERS} users, an index serves`, () => {
  test.for([
    ['userName eq "ÜNAL777"', 'users_user_name_key'],
    ['userName eq "ünal777" and active eq true', 'users_user_name_key'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:username EQ "ünal777"', 'users_user_name_key'],
    ['externalId eq "external-777"', 'users_external_id'],
    ['emails[type eq "work"].value eq "USER777@X.example"', 'user_emails'],
    ['emails[value eq "user777@x.example" and type eq "WORK"]', 'user_emails'],
    ['emails eq "user777@x.example"', 'user_emails'],
    ['emails.value eq "user777@x.example"', 'user_emails'],
    [`id eq "${id777}"`, 'users'],
    ['displayName eq "ÅSA 777"', 'users_display_name_key'],
    ['employeeNumber eq "E777"', 'users_employee_number_key'],
    [
      'meta.lastModified ge "1970-01-01T00:00:00.777Z" and meta.lastModified lt "1970-01-01T00:00:00.778Z"',
      'users_modified_at',
    ],
    ['userName sw "ÜNAL777" and userName ew "l777"', 'users_user_name_key'],
  ] as const)('the filter %s', async ([filter, index]) => {
    const plan = await planOf(filter);
    expect(plan).toContain(index);
    expect(plan).toMatch(/^SEARCH users USING (COVERING )?INDEX|^SEARCH users USING INTEGER/m);
    expect(plan).not.toMatch(/^SCAN users\b/m);
    // The plan must not scan the whole index on the order of creation.
    expect(plan).not.toContain('users_living');
    expect(await idsOf(filter)).toEqual([id777]);
  });

  test('a filter for inactive users', async () => {
    expect(await planOf('active eq false')).toContain('users_active');
    expect(await idsOf('active eq "False"')).toEqual([]);
  });

  test('filters on the displayName and members of groups', async () => {
    const { deps, caller } = directory;
    for (const [filter, index] of [
      ['displayName eq "STAFF"', 'groups_display_name_key'],
      [`members eq "${id777}"`, 'memberships_member'],
      [`members[value eq "${id777}"]`, 'memberships_member'],
    ] as const) {
      const condition = compileFilter(
        typeFilter(deps.schemas.Group, parseFilter(filter)),
        groupBinding(engineOf(deps.database).json, deps.schemas.Group),
      );
      const { rows } = await sql<{ detail: string }>`explain query plan
        select groups.* from groups where groups.organization_id = ${caller.origin.organizationId}
        and groups.deleted_at is null and ${condition}`.execute(deps.database);
      expect(rows.map((row) => row.detail).join('\n')).toContain(index);
    }
  });
});
