import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventTotals } from '#audit/event-total-store.ts';
import { engineOf } from '#database/engine.ts';
import { READ_ATTEMPTS_MAX, readTotals } from '#totals/total-store.ts';
import { QUARTER_HOUR_MS } from '#totals/total-subject.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { PASTED_PATH_LENGTH_MAX } from './routes/replay-routes.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('a pasted path has at most PASTED_PATH_LENGTH_MAX characters', async () => {
  const paste = async (length: number) => {
    const path = `/Users?${'x'.repeat(length - '/Users?'.length)}`;
    return await api.send('POST', '/api/requests/replay', { method: 'POST', path, body: '{}' });
  };
  expect((await paste(PASTED_PATH_LENGTH_MAX)).body).toMatchObject({ decision: 'refused' });
  const { status, text } = await paste(PASTED_PATH_LENGTH_MAX + 1);
  expect([status, text]).toEqual([400, expect.stringContaining(`at most ${PASTED_PATH_LENGTH_MAX} characters`)]);
});

test('totals that change while they are read are read at most READ_ATTEMPTS_MAX times', async () => {
  const { deps } = api.directory;
  const { commitOrder } = engineOf(deps.database);
  const positions = [commitOrder.first, await commitOrder.newest(deps.database, 'events')];
  const read = async (changes: number) => {
    let reads = 0;
    // Every statement that reads the position returns another one, as if the totals had changed in the meantime.
    const changing = deps.database.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (!result.rows.some((row) => Object.hasOwn(row, 'position'))) return result;
        reads += 1;
        const position = positions[Math.min(reads, changes) % 2];
        return { ...result, rows: result.rows.map((row) => ({ ...row, position })) };
      },
    });
    const from = Date.UTC(2026, 0, 5, 8);
    const span = { from, to: from + QUARTER_HOUR_MS, stepMs: QUARTER_HOUR_MS, intervalMs: QUARTER_HOUR_MS } as const;
    return await readTotals(changing, eventTotals, { organizationId: api.organizationId, ...span });
  };
  await expect(read(READ_ATTEMPTS_MAX - 1)).resolves.toBeDefined();
  await expect(read(READ_ATTEMPTS_MAX)).rejects.toMatchObject({ code: 'unavailable' });
});
