import { afterAll, beforeAll, expect, test } from 'vitest';
import { CSV_ROWS_MAX } from '#directory/user-csv.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { BULK_USERS_MAX } from './routes/job-routes.ts';

// Limits that are counted before the database is asked: ten thousand rows are enough once.
let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('a bulk request has 10000 users at most', async () => {
  const bulk = (length: number) =>
    api.send(
      'POST',
      '/api/v2/bulk/users?suppressEmail=true',
      Array.from({ length }, () => ({ username: 1 })),
    );
  expect((await bulk(0)).status).toBe(400);
  expect((await bulk(BULK_USERS_MAX + 1)).status).toBe(400);
  // Each of them fails at once, since its name is no text.
  const made = await bulk(BULK_USERS_MAX);
  expect(made.status).toBe(201);
  await api.jobsDone();
  expect((await api.send('GET', `/api/jobs/${made.body.jobId}`)).body).toMatchObject({ failed: BULK_USERS_MAX });
});

test('a CSV file has 10000 rows at most', async () => {
  const preview = async (length: number) =>
    await api.send(
      'POST',
      '/api/import/users/preview',
      `username,email,unix_uid\n${Array.from({ length }, () => '-,-,-\n').join('')}`,
    );
  expect((await preview(CSV_ROWS_MAX + 1)).body.error_code).toBe('tooManyValues');
  // Each of them fails at once, since its number is none.
  expect((await preview(CSV_ROWS_MAX)).body).toMatchObject({ invalid: CSV_ROWS_MAX });
});
