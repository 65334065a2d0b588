import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEngine } from '../../tests/support/test-database.ts';
import { productVersion } from '#base/product-version.ts';
import { migrationStates } from '#database/migrate.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('reports the versions and the space to an administrator who may create organizations', async () => {
  const { body } = await api.send('GET', '/api/server');
  const last = (await migrationStates(api.directory.deps.database)).at(-1)?.name;
  expect(body).toMatchObject({ version: productVersion, database: { schema: last } });
  expect(body.database.product).toBe(testEngine() === 'sqlite' ? 'SQLite' : 'PostgreSQL');
  expect(body.database.version).toMatch(/^\d+(?:\.\d+)+$/);
  expect(body.database.bytes).toBeGreaterThan(100_000);
});

test('hides the space from an administrator of one organization', async () => {
  const { database } = api.directory.deps;
  await database.updateTable('administrators').set({ creates_organizations: 0 }).execute();
  const { status, body } = await api.send('GET', '/api/server');
  expect([status, body.database.bytes, body.database.freeBytes]).toEqual([200, null, null]);
  expect(body.database.schema).not.toBeNull();
});
