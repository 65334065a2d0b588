import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertLink } from '#admins/administrator-link-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { openTestSession, setTestPassword, TEST_PASSWORD as password } from './sessions.fixture.ts';

/** If an administrator of one organization is linked to another organization, the stricter rule of the two organizations applies. */

let api: TestRestApi;
let other: string;
let otherKey: string;
let administratorId: string;
let headers: { readonly authorization: string };
const MINUTE_MS = 60_000;

beforeAll(async () => {
  api = await openTestRestApi();
  other = (await api.directory.newCaller('Linked')).origin.organizationId;
  otherKey = await api.keyOf('Administrator With Billing', other);
});
beforeEach(async () => {
  administratorId = (await api.administratorOf('Administrator With Billing')).id;
  await setTestPassword(api.directory, administratorId);
  const home = { id: administratorId, organizationId: api.organizationId };
  const link = { organizationId: other, role: 'Administrator With Billing' };
  await insertLink(api.directory.deps.database, home, link);
  headers = await openTestSession(api.directory, api.organizationId, { administratorId });
});
afterAll(() => api[Symbol.asyncDispose]());

const ask = (path: string, organizationId?: string) =>
  api.send('GET', path, undefined, { ...headers, ...(organizationId !== undefined && { 'x-org-id': organizationId }) });
/** Sends requests for the caller's own organization, the linked one, and neither. Returns the error codes, with 'open' for a success. */
const errorCodes = async () => [
  (await ask('/api/systemusers', api.organizationId)).body.error_code ?? 'open',
  (await ask('/api/systemusers', other)).body.error_code ?? 'open',
  (await ask('/api/organizations')).body.error_code ?? 'open',
];
const organizations = [
  ["the administrator's own", () => ({ id: api.organizationId, key: api.key })],
  ['the linked', () => ({ id: other, key: otherKey })],
] as const;
async function setRules(of: { readonly id: string; readonly key: string }, settings: object): Promise<void> {
  const answer = await api.send('PUT', `/api/organizations/${of.id}`, { settings }, { 'x-api-key': of.key });
  expect(answer.status, answer.text).toBe(200);
}

describe.for(organizations)('a rule of %s organization', ([, of]) => {
  test('that requires a second factor blocks all requests until one is set up, and the sign-in and session responses say so', async () => {
    await setRules(of(), { requireAdministratorMfa: true });
    expect(await errorCodes()).toEqual(['secondFactor', 'secondFactor', 'secondFactor']);
    expect((await ask('/api/auth/session')).body.mustEnroll).toBe(true);
    const { email } = (await api.send('GET', `/api/users/${administratorId}`)).body;
    expect((await api.send('POST', '/api/auth/sign-in', { email, password }, {})).body.mustEnroll).toBe(true);
    const { secret } = (await api.send('POST', '/api/auth/totp', { password }, headers)).body;
    const timestamp = api.directory.clock.now().getTime();
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
    expect((await api.send('PUT', '/api/auth/totp', { code }, headers)).status).toBe(200);
    expect(await errorCodes()).toEqual(['open', 'open', 'open']);
    expect((await ask('/api/auth/session')).body.mustEnroll).toBe(false);
    await setRules(of(), { requireAdministratorMfa: false });
  });

  test('that limits idle time ends an idle session for requests to any organization', async () => {
    await setRules(of(), { administratorIdleMinutes: 10 });
    expect(await errorCodes()).toEqual(['open', 'open', 'open']);
    api.directory.clock.advance(11 * MINUTE_MS);
    expect(await errorCodes()).toEqual(['open', 'open', 'open']);
    api.directory.clock.advance(13 * MINUTE_MS);
    expect(await errorCodes()).toEqual(['keyExpired', 'keyExpired', 'keyExpired']);
    expect((await ask('/api/auth/session')).body.error_code).toBe('keyExpired');
    await setRules(of(), { administratorIdleMinutes: 60 });
  });
});

test('the rules of an organization do not apply to an administrator who is no longer linked to it', async () => {
  await setRules({ id: other, key: otherKey }, { requireAdministratorMfa: true });
  const unlink = `/api/administratorlinks/${administratorId}`;
  expect((await api.send('DELETE', unlink, undefined, { 'x-api-key': otherKey })).status).toBe(204);
  expect((await ask('/api/systemusers')).status).toBe(200);
  expect((await ask('/api/auth/session')).body.mustEnroll).toBe(false);
  await setRules({ id: other, key: otherKey }, { requireAdministratorMfa: false });
});
