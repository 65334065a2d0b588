import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { propertyRuns } from '../../tests/support/test-database.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { eventTotals } from '#audit/event-total-store.ts';
import type { EventDraft, Origin } from '#audit/event-types.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { FOLDED_ROWS_MAX, foldRows, readTotals, type IntervalCount, type TotalsQuery } from './total-store.ts';
import { MINUTE_MS, QUARTER_HOUR_MS } from './total-subject.ts';

const START = Date.UTC(2026, 0, 5, 8);
const whole = { from: START, to: START + 4 * QUARTER_HOUR_MS } as const;

const drafts: readonly EventDraft[] = [
  { type: 'user_create', target: { type: 'user', id: 'u', name: 'u' } },
  { type: 'user_update', target: { type: 'user', id: 'u', name: 'u' } },
  {
    type: 'request_refused',
    target: { type: 'user', id: null, name: 'v' },
    error: { code: 'userNameTaken', status: 409, message: 'taken' },
  },
  {
    type: 'request_refused',
    target: { type: 'user', id: null, name: 'v' },
    error: { code: 'invalidValue', status: 400, message: 'long', reason: { code: 'emailTaken', parameters: {} } },
  },
];

/** Records an event at a time within an hour. */
async function record(database: Database, origin: Origin, at: number, draft: number) {
  const own = { now: () => new Date(START + at) };
  await recordEvent(database, own, origin, drafts[draft % drafts.length] ?? expect.fail('there is a draft'));
}

/** Counts the events themselves. */
async function plainCounts({ deps }: TestDirectory, query: TotalsQuery): Promise<readonly IntervalCount[]> {
  const { outcome, ...others } = eventTotals.properties(deps.database);
  const value = query.groupBy === undefined ? sql`''` : others[query.groupBy];
  const { rows } = await sql<{
    at: number;
    outcome: string;
    value: string;
  }>`select at, ${outcome} as outcome, ${value} as value
    from events where organization_id = ${query.organizationId}`.execute(deps.database);
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.at < query.from || row.at >= query.to) continue;
    const key = JSON.stringify([Math.floor((row.at - query.from) / query.intervalMs), row.outcome, row.value]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return sorted(
    [...counts].map(([key, count]) => {
      const [interval, kept, of] = JSON.parse(key) as [number, string, string];
      return { interval, outcome: kept, value: of, count };
    }),
  );
}

const sorted = (counts: readonly IntervalCount[]) =>
  counts.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

/** Returns the queries whose totals differ from a count of the events. */
async function differences(directory: TestDirectory, organizationId: string) {
  const different: unknown[] = [];
  const queries: readonly Omit<TotalsQuery, 'organizationId'>[] = [
    { ...whole, stepMs: MINUTE_MS, intervalMs: MINUTE_MS, groupBy: 'type' },
    { ...whole, stepMs: QUARTER_HOUR_MS, intervalMs: QUARTER_HOUR_MS, groupBy: 'reason' },
    { ...whole, from: START + 7 * MINUTE_MS, stepMs: MINUTE_MS, intervalMs: 5 * MINUTE_MS, groupBy: 'source' },
    { ...whole, stepMs: QUARTER_HOUR_MS, intervalMs: 4 * QUARTER_HOUR_MS },
  ];
  for (const query of queries) {
    const own = { ...query, organizationId };
    const { counts } = await readTotals(directory.deps.database, eventTotals, own);
    const [totals, plain] = [sorted(counts), await plainCounts(directory, own)];
    if (!isDeepStrictEqual(totals, plain)) different.push({ query, totals, plain });
  }
  return different;
}

type Step =
  | {
      readonly kind: 'record';
      readonly at: number;
      readonly draft: number;
      readonly isOther: boolean;
      readonly times: number;
    }
  | { readonly kind: 'fold'; readonly rowsMax: number }
  | { readonly kind: 'purge'; readonly before: number; readonly limit: number };

const at = fc.integer({ min: 0, max: 4 * QUARTER_HOUR_MS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      at,
      draft: fc.nat(3),
      isOther: fc.boolean(),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fold' as const), rowsMax: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('purge' as const), before: at, limit: fc.integer({ min: 1, max: 4 }) }),
  },
);

test('totals equal a count of the events after any sequence of events, additions to the totals, and purges', async () => {
  await using directory = await openTestDirectory();
  const { database } = directory.deps;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const { origin } = await directory.newCaller('Entra ID');
      const other = (await directory.newCaller('Okta')).origin;
      for (const one of steps) {
        if (one.kind === 'fold') await foldRows(database, eventTotals, origin.organizationId, one.rowsMax);
        else if (one.kind === 'purge') {
          await deleteOldEvents(database, origin.organizationId, new Date(START + one.before), one.limit);
        } else {
          for (let time = 0; time < one.times; time += 1) {
            await record(database, one.isOther ? other : origin, one.at + time, one.draft);
          }
        }
        expect(await differences(directory, origin.organizationId)).toEqual([]);
      }
      // On SQLite, the sequences of the last rows are used again.
      await database.deleteFrom('organizations').where('id', '=', other.organizationId).execute();
      await record(database, origin, 0, 0);
      expect(await differences(directory, origin.organizationId)).toEqual([]);
    }),
    { numRuns: propertyRuns(12) },
  );
});

test('an event whose transaction commits after later events were added to the totals is counted once', async () => {
  await using directory = await openTestDirectory();
  const { database } = directory.deps;
  const { origin } = directory.caller;
  const { organizationId } = origin;
  const holds = Promise.withResolvers<void>();
  const wrote = Promise.withResolvers<void>();
  await record(database, origin, 1, 0);
  const isConcurrent = engineOf(database).isConcurrent;
  const early = inTransaction(database, async (transaction) => {
    await record(transaction, origin, 2, 1);
    wrote.resolve();
    // On SQLite, the transactions of other callers would wait for this one.
    if (isConcurrent) await holds.promise;
  });
  await wrote.promise;
  await record(database, origin, 3, 2);
  expect(await foldRows(database, eventTotals, organizationId)).toBe(false);
  await record(database, origin, 4, 3);
  expect(await differences(directory, organizationId)).toEqual([]);
  holds.resolve();
  await early;
  expect(await differences(directory, organizationId)).toEqual([]);
  expect(await foldRows(database, eventTotals, organizationId)).toBe(false);
  expect(await differences(directory, organizationId)).toEqual([]);
  const { unfolded, counts } = await readTotals(scopeTo(database, organizationId), eventTotals, {
    organizationId,
    ...whole,
    stepMs: MINUTE_MS,
    intervalMs: 4 * QUARTER_HOUR_MS,
  });
  expect([unfolded, counts.reduce((sum, { count }) => sum + count, 0)]).toEqual([0, 4]);
});

test('one transaction adds FOLDED_ROWS_MAX events to the totals, and the next one adds the rest', async () => {
  await using directory = await openTestDirectory();
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const numbers =
    engineOf(database).name === 'sqlite'
      ? sql`(with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < ${sql.lit(FOLDED_ROWS_MAX)})
          select n from numbers) as numbers`
      : sql`generate_series(0, ${sql.lit(FOLDED_ROWS_MAX)}) as numbers(n)`;
  await sql`insert into events (id, organization_id, at, type, success, body)
    select 'e' || n, ${sql.lit(organizationId)}, ${sql.lit(START)}, 'user_create', 1, '{}' from ${numbers}`.execute(
    database,
  );
  const query = { ...whole, organizationId, stepMs: MINUTE_MS, intervalMs: MINUTE_MS } as const;
  const unfolded: number[] = [];
  for (let left = true; left;) {
    left = await foldRows(database, eventTotals, organizationId);
    const totals = await readTotals(database, eventTotals, query);
    unfolded.push(totals.unfolded);
    expect(totals.counts).toMatchObject([{ interval: 0, outcome: 'accepted', count: FOLDED_ROWS_MAX + 1 }]);
  }
  expect(unfolded.slice(0, 2)).toEqual([1, 0]);
});
