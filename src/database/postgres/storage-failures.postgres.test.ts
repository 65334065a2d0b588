import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { inTransaction } from '../database.ts';
import { storageStates } from './postgres-errors.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase({ engine: 'postgres' });
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
});

/** Returns a statement that fails with an SQLSTATE, as statements do when the server's disk fails. */
const failing = (state: string) => sql`do ${sql.raw(`$$ begin raise exception using errcode = '${state}'; end $$`)}`;

test.for(Object.entries(storageStates))(
  'reports SQLSTATE %s as a storage failure that changed nothing',
  async ([state, fault]) => {
    const code = fault === 'full' ? 'storageFull' : 'storageFailed';
    const expected = { code, fault, outcome: 'nothing' };
    await expect(failing(state).execute(opened.database)).rejects.toMatchObject(expected);
    await expect(
      inTransaction(opened.database, (transaction) => failing(state).execute(transaction)),
    ).rejects.toMatchObject(expected);
  },
);

test('reports a storage failure at the commit with an unknown outcome', async () => {
  await sql`create function fail() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '53100'; end $$`.execute(opened.database);
  await sql`create table kept (number integer)`.execute(opened.database);
  await sql`create constraint trigger late after insert on kept deferrable initially deferred
    for each row execute function fail()`.execute(opened.database);
  const insert = inTransaction(opened.database, (transaction) => sql`insert into kept values (1)`.execute(transaction));
  await expect(insert).rejects.toMatchObject({ code: 'storageFull', outcome: 'unknown' });
});

test.for(['57P01', '57P02', '57P03', '57P04', '25006'])('reports SQLSTATE %s as unavailable', async (state) => {
  await expect(failing(state).execute(opened.database)).rejects.toMatchObject({ code: 'unavailable' });
});
