import { expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { DAY_MS } from '#base/clock.ts';
import type { RequestDetail, RequestSummary } from './logged-request.ts';
import { insertCounted, insertRequest } from './request-store.ts';
import { COUNTED_RETENTION_MS, trimRequests } from './trim-requests.ts';

const MEGABYTE = 1_048_576;
const detail = { path: '/scim/v2/Users', body: 'whole', answer: 'none' } as unknown as RequestDetail;

function summaryOf({ caller, clock }: TestDirectory, id: string, agoMs: number): RequestSummary {
  return {
    organizationId: caller.origin.organizationId,
    at: new Date(clock.now().getTime() - agoMs),
    integrationId: undefined,
    kind: 'create',
    method: 'POST',
    resourceType: 'User',
    outcome: 'accepted',
    status: 201,
    reason: undefined,
    client: undefined,
    requestId: id,
    sentIds: {},
  };
}

async function keep(directory: TestDirectory, id: string, agoMs: number, size = 100): Promise<void> {
  const content = { targetId: undefined, name: undefined, eventId: undefined, answer: undefined, detail };
  const body = 'x'.repeat(size - JSON.stringify(detail).length);
  await insertRequest(directory.deps.database, summaryOf(directory, id, agoMs), { ...content, body });
}

async function left(directory: TestDirectory, retention: object = {}, isStopping = () => false) {
  const { deps, caller, clock } = directory;
  const { organizationId } = caller.origin;
  const all = { requestRetentionDays: 30, eventRetentionDays: 90, requestLogMegabytes: 1, ...retention };
  await trimRequests(deps.database, organizationId, clock.now(), all, isStopping);
  const rows = await deps.database.selectFrom('requests').select('id').orderBy('at').execute();
  return rows.map(({ id }) => id);
}

test('requests are deleted after requestRetentionDays, and counted ones after a day', async () => {
  await using directory = await openTestDirectory();
  await keep(directory, 'past', 30 * DAY_MS + 1);
  await keep(directory, 'at', 30 * DAY_MS);
  const { database } = directory.deps;
  for (const [id, agoMs] of [
    ['counted-past', COUNTED_RETENTION_MS + 1],
    ['counted-at', COUNTED_RETENTION_MS],
  ] as const) {
    await insertCounted(database, [{ summary: summaryOf(directory, id, agoMs), count: 3 }]);
  }
  expect(await left(directory, {}, () => true)).toHaveLength(4);
  expect(await left(directory)).toEqual(['at', 'counted-at:counted']);
  expect(await left(directory, { requestRetentionDays: 1 })).toEqual(['counted-at:counted']);
});

test('the oldest requests, but no counted ones, are deleted if all together have more than requestLogMegabytes', async () => {
  await using directory = await openTestDirectory();
  await insertCounted(directory.deps.database, [{ summary: summaryOf(directory, 'read', 5), count: 9 }]);
  await keep(directory, 'oldest', 4, MEGABYTE / 2);
  await keep(directory, 'old', 3, MEGABYTE / 2 - 100);
  await keep(directory, 'new', 2, 100);
  expect(await left(directory)).toEqual(['read:counted', 'oldest', 'old', 'new']);
  await keep(directory, 'newest', 1, 100);
  expect(await left(directory)).toEqual(['read:counted', 'old', 'new', 'newest']);
});

test('requests are not kept longer than their events', async () => {
  await using directory = await openTestDirectory();
  await keep(directory, 'past', 7 * DAY_MS + 1);
  await keep(directory, 'at', 7 * DAY_MS);
  expect(await left(directory, { eventRetentionDays: 7 })).toEqual(['at']);
});
