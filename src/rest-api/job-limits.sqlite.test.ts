import { afterAll, beforeAll, expect, test } from 'vitest';
import { CSV_ROWS_MAX } from '#directory/user-csv.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { BULK_USERS_MAX } from './routes/job-routes.ts';

// These limits are checked before the database is used, so it is enough to send ten thousand rows on one engine.
let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('a bulk request with no users or with more than 10000 users is refused', async () => {
  const bulk = (length: number) =>
    api.send(
      'POST',
      '/api/v2/bulk/users?suppressEmail=true',
      Array.from({ length }, () => ({ username: 1 })),
    );
  expect((await bulk(0)).status).toBe(400);
  expect((await bulk(BULK_USERS_MAX + 1)).status).toBe(400);
  // Each row fails immediately, because its username is not a text.
  const created = await bulk(BULK_USERS_MAX);
  expect(created.status).toBe(201);
  await api.jobsDone();
  expect((await api.send('GET', `/api/jobs/${created.body.jobId}`)).body).toMatchObject({ failed: BULK_USERS_MAX });
});

test('a CSV file with more than 10000 rows is refused', async () => {
  const preview = async (length: number) =>
    await api.send(
      'POST',
      '/api/import/users/preview',
      `username,email,unix_uid\n${Array.from({ length }, () => '-,-,-\n').join('')}`,
    );
  expect((await preview(CSV_ROWS_MAX + 1)).body.error_code).toBe('tooManyValues');
  // Each row fails immediately, because its unix_uid is not a number.
  expect((await preview(CSV_ROWS_MAX)).body).toMatchObject({ invalid: CSV_ROWS_MAX });
});
