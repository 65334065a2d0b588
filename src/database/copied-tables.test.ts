import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { organizationTables, ROWS_PER_BATCH, readRowBatches } from './copied-tables.ts';

// When the database is disposed of, the plan check fails the test if reading a batch had to sort a table.
test('readRowBatches() reads every row once, in index order, both for all organizations and for one organization', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  const events = ROWS_PER_BATCH + 1;
  for (const organization of ['one', 'two']) {
    await sql`insert into organizations (id, name, created_at, settings)
      values (${organization}, ${organization}, 1, '{}')`.execute(database);
    for (let number = 0; number < events; number += 1) {
      await sql`insert into events (id, organization_id, at, type, success, body)
        values (${`${organization}${number}`}, ${organization}, 1, 'user_create', 1, '{}')`.execute(database);
    }
  }
  const read = async (organizationId?: string) => {
    const ids: unknown[] = [];
    for (const table of organizationTables) {
      for await (const rows of readRowBatches(database, table, organizationId)) {
        if (table.name === 'events') ids.push(...rows.map((row) => row['id']));
      }
    }
    return ids;
  };
  const all = await read();
  expect([all.length, new Set(all).size]).toEqual([2 * events, 2 * events]);
  // In the order in which they were created.
  expect(await read('two')).toEqual(Array.from({ length: events }, (_, number) => `two${number}`));
});
