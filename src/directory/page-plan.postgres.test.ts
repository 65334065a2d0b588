import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { PostgresPlans } from '../../tests/support/statement-plans/postgres-plan.ts';
import { portOfServer } from '../../tests/support/template-database.ts';
import { searchEvents } from '#audit/event-query-store.ts';
import { listEvents } from '#audit/event-store.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { listResources } from './listing.ts';
import { createUser } from './users.ts';

/** Generic query plans, which the server caches. One of the two organizations is 1,000 times as large as the other. */
let plans: PostgresPlans;
let directory: TestDirectory;
let observed: ObservedStatement[] = [];

beforeAll(async () => {
  plans = new PostgresPlans(portOfServer());
  directory = await openTestDirectory('standard', { observe: (statement) => observed.push(statement) });
  for (const userName of ['ann', 'bob', 'cem']) {
    await createUser(directory.deps, directory.caller, { document: { userName }, ignored: [] });
  }
});
afterAll(async () => {
  await plans[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

/** Returns the plans of the statements with an ORDER BY clause that `work` runs. */
async function pagePlansOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  observed = [];
  await work();
  const pages = observed.filter(({ sql }) => /order by/.test(sql));
  return await Promise.all(pages.map(async (statement) => (await plans.planOf(statement)).text));
}

test('paging by startIndex skips rows in an index on the organization without reading their documents', async () => {
  const { deps, caller } = directory;
  const pageAt = (offset: number) =>
    pagePlansOf(() =>
      listResources(deps, caller.origin.organizationId, {
        types: ['User'],
        position: { kind: 'offset', offset },
        count: 1,
      }),
    );
  for (const offset of [0, 1, 2]) {
    expect(await pageAt(offset)).toEqual([
      expect.stringContaining('Index Only Scan users users_living (organization_id = $1)'),
    ]);
  }
});

test('listing and searching events reads them, newest first, from an index on the organization', async () => {
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  const listed = await pagePlansOf(() => listEvents(deps.database, { organizationId, limit: 20 }));
  const search = { organizationIds: [organizationId], from: new Date(0), to: deps.clock.now() };
  const page = { ascending: false, limit: 20, skip: 0 };
  const searched = await pagePlansOf(() => searchEvents(deps.database, search, page));
  const next = await pagePlansOf(() => searchEvents(deps.database, search, { ...page, after: 1 }));
  expect([...listed, ...searched, ...next]).toEqual([
    expect.stringContaining('Index Scan events events_at (organization_id = $1)'),
    expect.stringContaining('Index Scan events events_at ((organization_id = $1) AND (at >= $2) AND (at < $3)'),
    expect.stringContaining('Index Scan events events_at ((organization_id = $1) AND (at >= $2) AND (at < $3)'),
  ]);
});
