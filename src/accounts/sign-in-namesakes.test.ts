import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { FAILURES_WITHOUT_DELAY_MAX } from './attempts.ts';

/** In these tests, two organizations each have an account with the same address, and the caller knows one of the passwords. */

const ADDRESS = 'ann@example.com';
let accounts: TestAccounts;
let own: string;
let other: string;
beforeAll(async () => {
  accounts = await openTestAccounts();
  const { api } = accounts;
  own = api.organizationId;
  other = (await api.directory.newCaller('Other')).origin.organizationId;
  await accounts.newUser('ann', { password: PASSWORD });
  const key = { 'x-api-key': await api.keyOf('Administrator With Billing', other) };
  const namesake = { username: 'another', email: ADDRESS, password: OTHER_PASSWORD };
  await api.send('POST', '/api/systemusers', namesake, key);
});
afterAll(() => accounts[Symbol.asyncDispose]());
beforeEach(async () => {
  await accounts.api.directory.deps.database.deleteFrom('attempts').execute();
});

const signIn = async (password: string, organization?: string) =>
  (await accounts.signIn(ADDRESS, password, organization === undefined ? {} : { organization })).status;

describe.for([
  ['that names no organization', false],
  ['that names an organization', true],
] as const)('a sign-in %s', ([, isNamed]) => {
  testOnSqlite('to another account with the same address does not reset the count of wrong passwords', async () => {
    const answers = [];
    for (let count = 0; count <= FAILURES_WITHOUT_DELAY_MAX; count += 1) {
      answers.push(await signIn('wrong', isNamed ? own : undefined));
      await signIn(OTHER_PASSWORD, isNamed ? other : undefined);
    }
    expect(answers.slice(0, -1)).toEqual(Array.from({ length: FAILURES_WITHOUT_DELAY_MAX }, () => 401));
    expect(answers.at(-1)).toBe(429);
  });

  test('does not count as a failure if the password is right for one of the accounts', async () => {
    for (let count = 0; count <= FAILURES_WITHOUT_DELAY_MAX; count += 1) {
      expect(await signIn(PASSWORD, isNamed ? own : undefined)).toBe(200);
      expect(await signIn(OTHER_PASSWORD, isNamed ? other : undefined)).toBe(200);
    }
  });
});
