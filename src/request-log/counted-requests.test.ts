import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { COUNTED_WAITING_MAX, CountedRequestWriter } from './counted-requests.ts';
import type { RequestSummary } from './logged-request.ts';

test('counts COUNTED_WAITING_MAX different kinds of requests at once, and each of them any number of times', async () => {
  await using directory = await openTestDirectory();
  const { deps, caller, clock } = directory;
  const warnings: unknown[] = [];
  const writer = new CountedRequestWriter({ warn: (warning: unknown) => void warnings.push(warning) });
  const summaryOf = (status: number): RequestSummary => ({
    organizationId: caller.origin.organizationId,
    at: clock.now(),
    integrationId: undefined,
    kind: 'read',
    method: 'GET',
    resourceType: 'User',
    outcome: 'accepted',
    status,
    reason: undefined,
    client: undefined,
    requestId: `request-${status}`,
    sentIds: {},
  });
  for (let status = 0; status <= COUNTED_WAITING_MAX; status += 1) writer.note(deps.database, summaryOf(status));
  for (const status of [7, 7, COUNTED_WAITING_MAX]) writer.note(deps.database, summaryOf(status));
  await writer.close();
  expect(warnings).toEqual([]);
  const rows = await deps.database.selectFrom('requests').select(['status', 'count']).orderBy('sequence').execute();
  expect(rows).toHaveLength(COUNTED_WAITING_MAX);
  expect(rows.filter(({ count }) => Number(count) > 1)).toEqual([{ status: 7, count: 3 }]);
});
