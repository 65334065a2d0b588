import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../../tests/support/directory.ts';
import { recordEvent } from '#audit/event-store.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import { foldRows, readTotals } from '#totals/total-store.ts';
import { MINUTE_MS } from '#totals/total-subject.ts';
import { inTransaction, type Database } from '../database.ts';
import { engineOf } from '../engine.ts';

test('a transaction that commits later than one with greater sequences loses no row, whenever the rows are read', async () => {
  await using directory = await openTestDirectory();
  const { deps, clock, caller } = directory;
  const { database } = deps;
  const order = engineOf(database).commitOrder;
  const record = async (name: string, within: Database) =>
    await recordEvent(within, clock, caller.origin, { type: 'user_create', target: { type: 'user', id: name, name } });
  let position = await order.newest(database, 'events');
  const start = position;
  const positions: string[] = [];
  const read = async (after: string) => {
    const organizationIds = [caller.origin.organizationId];
    const found = await order.read(database, {
      table: 'events',
      columns: ['target_id'],
      organizationIds,
      after,
      limit: 9,
    });
    return found ?? expect.fail('the position is known');
  };
  const next = async () => {
    const found = await read(position);
    position = found.position;
    positions.push(...found.rows.map((row) => row.position));
    return found.rows.map(({ values }) => values['target_id']);
  };
  const holds = Promise.withResolvers<void>();
  const wrote = Promise.withResolvers<void>();
  // In a savepoint, because the id of a savepoint differs from that of its transaction.
  const early = inTransaction(database, async (transaction) => {
    await inTransaction(transaction, async (savepoint) => await record('early', savepoint));
    wrote.resolve();
    await holds.promise;
  });
  await wrote.promise;
  await record('late', database);
  expect(await next()).toEqual(['late']);
  await record('later', database);
  expect(await next()).toEqual(['later']);
  expect(await next()).toEqual([]);
  holds.resolve();
  await early;
  expect(await next()).toEqual(['early']);
  expect(await next()).toEqual([]);
  const sequences = await database.selectFrom('events').select('target_id').orderBy('sequence').execute();
  expect(sequences.map((row) => row.target_id)).toEqual(['early', 'late', 'later']);
  // A reader that continues after any row gets exactly the rows that it has not read.
  const delivered = ['late', 'later', 'early'];
  for (const [index, after] of positions.entries()) {
    const rest = (await read(after)).rows.map(({ values }) => String(values['target_id']));
    expect(rest.toSorted(), after).toEqual(delivered.slice(index + 1).toSorted());
  }
  expect((await read(start)).rows.map(({ values }) => values['target_id'])).toEqual(['early', 'late', 'later']);
});

test('rows that were restored from a dump of a server with more transactions are read as if they were committed now', async () => {
  await using directory = await openTestDirectory();
  const { deps, clock, caller } = directory;
  const { database } = deps;
  const { organizationId } = caller.origin;
  const order = engineOf(database).commitOrder;
  const record = async (name: string) =>
    await recordEvent(database, clock, caller.origin, {
      type: 'user_create',
      target: { type: 'user', id: name, name },
    });
  for (const name of ['a', 'b']) await record(name);
  await foldRows(database, eventTotals, organizationId);
  await sql`update events set transaction_id = '99999999999999' where target_id = 'b'`.execute(database);
  await sql`update total_positions set position = '99999999999999:99999999999999:'`.execute(database);
  await order.adoptRestoredRows(database, 'events');
  const start = await order.newest(database, 'events');
  await record('c');
  const from = clock.now().getTime() - (clock.now().getTime() % MINUTE_MS);
  const query = { organizationId, from, to: from + MINUTE_MS, stepMs: MINUTE_MS, intervalMs: MINUTE_MS } as const;
  const count = async () => (await readTotals(database, eventTotals, query)).counts.map((one) => one.count);
  expect(await count()).toEqual([3]);
  expect(await foldRows(database, eventTotals, organizationId)).toBe(false);
  expect(await count()).toEqual([3]);
  const found = await order.read(database, {
    table: 'events',
    columns: ['target_id'],
    organizationIds: [organizationId],
    after: start,
    limit: 9,
  });
  expect(found?.rows.map(({ values }) => values['target_id'])).toEqual(['c']);
});
