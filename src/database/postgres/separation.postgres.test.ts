import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { scopeTo } from '../database.ts';
import { createGroup } from '#directory/groups.ts';
import { createUser } from '#directory/users.ts';
import { separatedTables as firstTables } from '../migrations/008-separate-organizations.ts';
import { separatedShardTables } from '../migrations/010-shards.ts';
import { separatedPeopleTables } from '../migrations/011-people.ts';
import { separatedEventNameTables } from '../migrations/033-event-names.ts';
import { separatedRequestTables } from '../migrations/040-requests.ts';
import { separatedEntraTables } from '../migrations/013-entra.ts';
import { separatedKeyTables } from '../migrations/017-key-limits.ts';
import { separatedTotalTables } from '../migrations/039-commit-order.ts';
import { separatedSearchTables } from '../migrations/038-people-search.ts';
import { separatedRadiusTables } from '../migrations/053-radius-servers.ts';

const separatedTables = {
  ...firstTables,
  ...separatedShardTables,
  ...separatedPeopleTables,
  ...separatedEventNameTables,
  ...separatedRequestTables,
  ...separatedEntraTables,
  ...separatedKeyTables,
  ...separatedTotalTables,
  ...separatedSearchTables,
  ...separatedRadiusTables,
};

let directory: TestDirectory;

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller, newCaller } = directory;
  for (const one of [caller, await newCaller('Other')]) {
    const user = await createUser(deps, one, {
      document: { userName: 'ann', emails: [{ value: 'a@x' }] },
      ignored: [],
    });
    await createGroup(deps, one, { document: { displayName: 'team', members: [{ value: user.id }] }, ignored: [] });
  }
});
afterAll(async () => {
  await directory[Symbol.asyncDispose]();
});

const rowsOf = async (database: typeof directory.deps.database, table: string) =>
  (await sql<Record<string, string>>`select * from ${sql.table(table)}`.execute(database)).rows;

test('row-level security is enabled and forced for every table with rows of organizations', async () => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and relrowsecurity and relforcerowsecurity
    order by relname`.execute(directory.deps.database);
  expect(rows.map((row) => row.name)).toEqual(Object.keys(separatedTables).toSorted());
  const { rows: others } = await sql<{ table_name: string }>`
    select table_name from information_schema.columns
    where table_schema = current_schema() and column_name = 'organization_id'`.execute(directory.deps.database);
  for (const { table_name } of others) expect(separatedTables).toHaveProperty(table_name);
});

test('an organization sees only its own rows, even with a statement that selects all rows', async () => {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const own = scopeTo(deps.database, organizationId);
  for (const table of ['users', 'groups', 'memberships', 'user_emails', 'events', 'integrations']) {
    expect(await rowsOf(deps.database, table), table).toHaveLength(table === 'events' ? 4 : 2);
    const rows = await rowsOf(own, table);
    expect(
      rows.map((row) => row['organization_id']),
      table,
    ).toEqual(Array.from({ length: table === 'events' ? 2 : 1 }, () => organizationId));
  }
  expect((await rowsOf(own, 'organizations')).map((row) => row['id'])).toEqual([organizationId]);
});

test('an organization can neither change nor insert rows of another organization', async () => {
  const { deps, caller, newCaller } = directory;
  const other = (await newCaller('Third')).origin.organizationId;
  const own = scopeTo(deps.database, caller.origin.organizationId);
  const changed = await own
    .updateTable('integrations')
    .set({ name: 'x' })
    .where('organization_id', '=', other)
    .execute();
  expect(changed[0]?.numUpdatedRows).toBe(0n);
  const insert = own
    .insertInto('integrations')
    .values({ id: 'i', organization_id: other, name: 'n', name_key: 'n', rules: '{}', created_at: 1 })
    .execute();
  await expect(insert).rejects.toThrow(/row-level security/);
});

test('a connection that is scoped to an unknown organization sees no rows', async () => {
  expect(await rowsOf(scopeTo(directory.deps.database, 'nobody'), 'users')).toEqual([]);
});
