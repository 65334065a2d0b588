import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnSqlite } from '../../tests/support/on-sqlite.ts';
import { FAILURES_WITHOUT_DELAY_MAX } from '#accounts/attempts.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';
import { openTestSession, setTestPassword, TEST_PASSWORD as password } from './sessions.fixture.ts';

/** These tests act as an attacker with a stolen session, who guesses passwords and codes and sends other requests between the guesses. */

let api: TestRestApi;
let administratorId: string;
let headers: { readonly authorization: string };

beforeAll(async () => {
  api = await openTestRestApi();
});
beforeEach(async () => {
  administratorId = (await api.administratorOf('Administrator With Billing')).id;
  await setTestPassword(api.directory, administratorId);
  headers = await openTestSession(api.directory, api.organizationId, { administratorId });
});
afterAll(() => api[Symbol.asyncDispose]());

const errorCode = ({ body }: RestAnswer): unknown => body?.error_code;

async function guesses(guess: () => Promise<RestAnswer>, between: () => Promise<RestAnswer>) {
  const codes: unknown[] = [];
  for (let count = 0; count <= FAILURES_WITHOUT_DELAY_MAX; count += 1) {
    codes.push(errorCode(await guess()));
    await between();
  }
  return codes;
}

test('changes to the caller’s account that check no password do not reset the count of wrong passwords', async () => {
  const own = `/api/users/${administratorId}`;
  const codes = await guesses(
    () => api.send('POST', '/api/keys', { name: 'k', password: 'wrong' }, headers),
    () => api.send('PUT', own, { firstname: 'Ann', password: 'anything' }, headers),
  );
  expect(codes.slice(0, -1)).toEqual(Array.from({ length: FAILURES_WITHOUT_DELAY_MAX }, () => 'signInFailed'));
  expect(codes.at(-1)).toBe('tooManyAttempts');
});

describeOnSqlite('a caller that knows the password', () => {
  const confirm = () => api.send('POST', '/api/keys', { name: 'k', password }, headers);
  const wrong = '000000';
  const routes: readonly [string, () => Promise<RestAnswer>][] = [
    ['replacing the app', () => api.send('POST', '/api/auth/totp', { password, totp: wrong }, headers)],
    ['removing the app', () => api.send('DELETE', '/api/auth/totp', { code: wrong }, headers)],
    [
      'changing the password',
      () =>
        api.send(
          'POST',
          '/api/auth/password',
          { currentPassword: password, newPassword: 'another long sentence', totp: wrong },
          headers,
        ),
    ],
  ];

  test.for(routes)(
    'cannot get more guesses at a code by sending the password between guesses when %s',
    async ([, guess]) => {
      const { secret } = (await api.send('POST', '/api/auth/totp', { password }, headers)).body;
      const timestamp = api.directory.clock.now().getTime();
      const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
      expect((await api.send('PUT', '/api/auth/totp', { code }, headers)).status).toBe(200);
      const codes = await guesses(guess, confirm);
      expect(codes.slice(0, -1)).toEqual(Array.from({ length: FAILURES_WITHOUT_DELAY_MAX }, () => 'secondFactor'));
      expect(codes.at(-1)).toBe('tooManyAttempts');
    },
  );
});
