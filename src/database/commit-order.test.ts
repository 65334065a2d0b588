import { expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { testEngine } from '../../tests/support/test-database.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { CommittedQuery } from './commit-order.ts';
import { inTransaction, type Database } from './database.ts';
import { engineOf } from './engine.ts';

const record = async (
  { deps, clock }: TestDirectory,
  origin: Origin,
  name: string,
  database: Database = deps.database,
) => await recordEvent(database, clock, origin, { type: 'user_create', target: { type: 'user', id: name, name } });

/** Returns the rows after a position as the names of the events. */
async function read({ deps, caller }: TestDirectory, after: string, more: Partial<CommittedQuery> = {}) {
  const organizationIds = [caller.origin.organizationId];
  const query: CommittedQuery = {
    table: 'events',
    columns: ['target_id'],
    organizationIds,
    after,
    limit: 100,
    ...more,
  };
  const found = await engineOf(deps.database).commitOrder.read(deps.database, query);
  const { rows, position, exceeded } = found ?? expect.fail(`${after} is not a known position`);
  return {
    names: rows.map(({ values }) => String(values['target_id'])),
    positions: rows.map((row) => row.position),
    position,
    exceeded,
  };
}

test('each row is read exactly once, and a read continues after any row', async () => {
  await using directory = await openTestDirectory();
  const { deps, caller } = directory;
  const order = engineOf(deps.database).commitOrder;
  const empty = await order.newest(deps.database, 'events');
  expect((await read(directory, empty)).names).toEqual([]);
  for (const name of ['a', 'b', 'c']) await record(directory, caller.origin, name);
  await inTransaction(deps.database, async (transaction) => {
    for (const name of ['d', 'e']) {
      await inTransaction(transaction, async (savepoint) => await record(directory, caller.origin, name, savepoint));
    }
  });
  const all = await read(directory, empty);
  expect(all.names).toEqual(['a', 'b', 'c', 'd', 'e']);
  // Transactions in other databases of the server change the text of a snapshot, but not the rows after it.
  expect((await read(directory, await order.newest(deps.database, 'events'))).names).toEqual([]);
  await record(directory, caller.origin, 'f');
  for (const [index, position] of all.positions.entries()) {
    expect(order.isPosition(position)).toBe(true);
    expect((await read(directory, position)).names).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].slice(index + 1));
    expect((await read(directory, position, { until: all.position })).names).toEqual(
      ['a', 'b', 'c', 'd', 'e'].slice(index + 1),
    );
  }
  expect((await read(directory, all.position)).names).toEqual(['f']);
});

test('a read returns only the rows of the organizations, and reports an organization with more rows than the limit', async () => {
  await using directory = await openTestDirectory();
  const { deps, caller } = directory;
  const other = (await directory.newCaller('Okta')).origin;
  const start = await engineOf(deps.database).commitOrder.newest(deps.database, 'events');
  for (const name of ['a', 'b']) await record(directory, caller.origin, name);
  for (const name of ['x', 'y', 'z']) await record(directory, other, name);
  const both = [caller.origin.organizationId, other.organizationId];
  expect((await read(directory, start)).names).toEqual(['a', 'b']);
  const limited = await read(directory, start, { organizationIds: both, limit: 2 });
  expect(new Set(limited.names)).toEqual(new Set(['a', 'b', 'x', 'y']));
  expect(limited.exceeded).toEqual(new Set([other.organizationId]));
  expect((await read(directory, start, { organizationIds: both, limit: 3 })).exceeded.size).toBe(0);
  expect((await read(directory, limited.position, { organizationIds: both })).names).toEqual([]);
});

test('a position of another database is not known, and a text of another form is not a position', async () => {
  await using directory = await openTestDirectory();
  const { deps, caller } = directory;
  const { database } = deps;
  const order = engineOf(database).commitOrder;
  await record(directory, caller.origin, 'a');
  const foreign = testEngine() === 'sqlite' ? '1.00000000' : '99999999999:99999999999:';
  expect(order.isPosition(foreign)).toBe(true);
  const query = {
    table: 'events',
    columns: ['type'],
    organizationIds: [caller.origin.organizationId],
    limit: 1,
  } as const;
  expect(await order.read(database, { ...query, after: foreign })).toBeUndefined();
  for (const text of ['', 'x', '1', '1:2', "1:2:'; select 1"]) expect(order.isPosition(text), text).toBe(false);
});
