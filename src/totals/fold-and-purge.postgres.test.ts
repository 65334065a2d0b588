import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { foldRows, readTotals } from './total-store.ts';
import { MINUTE_MS } from './total-subject.ts';

/** Runs the first step, then the second one, which begins before the transaction of the first one is committed. */
async function runOverlapping(
  database: Database,
  first: (within: Database) => Promise<unknown>,
  second: (within: Database) => Promise<unknown>,
): Promise<void> {
  const holds = Promise.withResolvers<void>();
  const ran = Promise.withResolvers<void>();
  const outer = inTransaction(database, async (transaction) => {
    await first(transaction);
    ran.resolve();
    await holds.promise;
  });
  await Promise.race([ran.promise, outer]);
  let hasEnded = false;
  const inner = second(database).finally(() => (hasEnded = true));
  await expect.poll(async () => hasEnded || (await waitsForLock(database)), { interval: 5 }).toBe(true);
  holds.resolve();
  await outer;
  await inner;
}

async function waitsForLock(database: Database): Promise<boolean> {
  const { rows } = await sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database);
  return rows.length > 0;
}

test('the first addition of events to the totals and a purge that overlap count each remaining event once', async () => {
  await using directory = await openTestDirectory();
  const { deps, clock, newCaller } = directory;
  const { database } = deps;
  const start = clock.now().getTime();
  const from = start - (start % MINUTE_MS);
  const period = { from, to: from + 10 * MINUTE_MS, stepMs: MINUTE_MS, intervalMs: 10 * MINUTE_MS } as const;
  for (const isPurgeFirst of [true, false]) {
    const { origin } = await newCaller(`Organization ${String(isPurgeFirst)}`);
    const { organizationId } = origin;
    for (const name of ['a', 'b', 'c']) {
      await recordEvent(database, clock, origin, { type: 'user_create', target: { type: 'user', id: name, name } });
    }
    const fold = async (within: Database) => await foldRows(within, eventTotals, organizationId);
    const purge = async (within: Database) =>
      await deleteOldEvents(within, organizationId, new Date(start + MINUTE_MS), 2);
    await (isPurgeFirst ? runOverlapping(database, purge, fold) : runOverlapping(database, fold, purge));
    const totals = await readTotals(database, eventTotals, { organizationId, ...period });
    expect([isPurgeFirst, totals.counts.map(({ count }) => count)]).toEqual([isPurgeFirst, [1]]);
    await fold(database);
    const after = await readTotals(database, eventTotals, { organizationId, ...period });
    expect([after.unfolded, after.counts.map(({ count }) => count)]).toEqual([0, [1]]);
  }
});
