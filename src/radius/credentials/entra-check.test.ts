import { describe, expect, test } from 'vitest';
import { startScriptedServer, type Scripted } from '../../entra/wire/scripted-server.fixture.ts';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { createGateway } from '#outbound/gateway.ts';
import pino from 'pino';
import { BREAKER_FAULTS_MAX, BREAKER_PAUSE_MS } from './circuit-breaker.ts';
import {
  createEntraCheck,
  ENTRA_ANSWER_BYTES_MAX,
  ENTRA_CONNECTIONS_MAX,
  ENTRA_SIGN_INS_MAX,
  ENTRA_WAIT_MS,
  ENTRA_WAITING_MAX,
  expectedTenant,
} from './entra-check.ts';
import { LOCKED_USER_PAUSE_MS } from './paused-users.ts';
import {
  attemptAt,
  CANARY_PASSWORD,
  CANARY_SECRET,
  OBJECT_ID,
  openTestEntraCheck,
  TENANT,
  tokenWith,
} from './entra-check.fixture.ts';

const json = { 'content-type': 'application/json' };
const right = { body: tokenWith({ tid: TENANT, oid: OBJECT_ID }), headers: json };
const failure = (code: number, status = 400, error = 'invalid_grant'): Scripted => ({
  status,
  headers: json,
  body: { error, error_description: `AADSTS${code}: ${CANARY_PASSWORD}`, error_codes: [code] },
});
const other = '99999999-2222-4333-8444-555555555555';

describe('a check with Entra ID', () => {
  test('sends the password grant once, and returns the ids of the token', async () => {
    await using server = await startScriptedServer(() => right);
    using test = openTestEntraCheck();
    const result = await test.entra.check(attemptAt(`${server.url}/`));
    expect(result).toEqual({ kind: 'ok', tenant: TENANT, objectId: OBJECT_ID, isCached: false });
    const [request] = server.received;
    expect(request?.line).toBe(`POST /${TENANT}/oauth2/v2.0/token`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'password',
      client_id: 'app',
      client_secret: CANARY_SECRET,
      scope: 'openid',
      username: 'ann@contoso.example',
      password: CANARY_PASSWORD,
    });
  });

  test('sends no secret for a public client', async () => {
    await using server = await startScriptedServer(() => right);
    using test = openTestEntraCheck();
    const attempt = attemptAt(server.url);
    await test.entra.check({ ...attempt, settings: { ...attempt.settings, clientSecret: null } });
    expect(server.received[0]?.body).not.toContain('client_secret');
  });

  test.for<readonly [string, Scripted, object]>([
    [
      'another object id',
      { body: tokenWith({ tid: TENANT, oid: other }) },
      { kind: 'refused', code: 'entraOtherUser' },
    ],
    [
      'another tenant',
      { body: tokenWith({ tid: other, oid: OBJECT_ID }) },
      { kind: 'refused', code: 'entraOtherUser' },
    ],
    ['an unknown code', failure(99), { kind: 'refused', code: 'entraRefused', aadsts: 99 }],
    [
      'an unknown code of the client',
      failure(98, 401, 'invalid_client'),
      { kind: 'fault', code: 'entraRequestRefused', aadsts: 98 },
    ],
    ['no ID token', { body: { token_type: 'Bearer' } }, { kind: 'fault', code: 'entraAnswerInvalid' }],
    ['claims without ids', { body: tokenWith({ tid: 'a', oid: 'b' }) }, { kind: 'fault', code: 'entraAnswerInvalid' }],
    ['a page of a proxy', { status: 403, body: '<html>' }, { kind: 'fault', code: 'entraAnswerInvalid' }],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://192.0.2.1/' } },
      { kind: 'fault', code: 'entraRedirected' },
    ],
    [
      '429',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'fault', code: 'entraThrottled', retryAfterSeconds: 7 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Mon, 1 Jan 2029' } },
      { kind: 'fault', retryAfterSeconds: null },
    ],
    ['503', failure(90033, 503), { kind: 'fault', code: 'entraUnavailable', aadsts: 90033 }],
    ['a long answer', { body: 'x'.repeat(ENTRA_ANSWER_BYTES_MAX + 1) }, { kind: 'fault', code: 'entraAnswerInvalid' }],
    ['a broken connection', (response) => response.destroy(), { kind: 'fault', code: 'entraUnavailable' }],
  ])('handles %s', async ([, scripted, expected]) => {
    await using server = await startScriptedServer(() => scripted);
    using test = openTestEntraCheck();
    const result = await test.entra.check(attemptAt(server.url));
    expect(result).toMatchObject(expected);
    expect(server.received).toHaveLength(1);
    for (const secret of [CANARY_PASSWORD, CANARY_SECRET, encodeURIComponent(CANARY_PASSWORD)]) {
      expect(test.logged() + JSON.stringify(result)).not.toContain(secret);
    }
    if (JSON.stringify(expected).includes('aadsts":9') && !JSON.stringify(expected).includes('90033')) {
      expect(test.logged()).toContain('unknown code');
    }
  });

  test('accepts an answer of the maximum size', async () => {
    const body = JSON.stringify(right.body);
    await using server = await startScriptedServer(() => ({ body: body.padEnd(ENTRA_ANSWER_BYTES_MAX) }));
    using test = openTestEntraCheck();
    expect((await test.entra.check(attemptAt(server.url))).kind).toBe('ok');
  });

  test('binds only an account whose token does not name another userPrincipalName', async () => {
    let name = 'ANN@contoso.example';
    await using server = await startScriptedServer(() => ({
      body: tokenWith({ tid: TENANT, oid: OBJECT_ID, preferred_username: name }),
    }));
    using test = openTestEntraCheck();
    const first = { expected: { tenant: TENANT, objectId: null } };
    expect((await test.entra.check(attemptAt(server.url, first))).kind).toBe('ok');
    name = 'bob@contoso.example';
    expect(await test.entra.check(attemptAt(server.url, first))).toMatchObject({
      kind: 'refused',
      code: 'entraOtherUser',
    });
    // Later, the object id decides: people change their names.
    expect((await test.entra.check(attemptAt(server.url))).kind).toBe('ok');
  });

  test.for([
    { authority: 'ftp://login.example' },
    { authority: 'nonsense' },
    { authority: 'https://a:b@login.example' },
    { tenant: 'common' },
    { tenant: 'Organizations' },
    { tenant: '' },
    { tenant: 'a/b' },
    { clientId: '' },
  ])('sends no request with the settings %j', async (change) => {
    using test = openTestEntraCheck();
    const attempt = attemptAt('https://login.example');
    const result = await test.entra.check({ ...attempt, settings: { ...attempt.settings, ...change } });
    expect(result).toEqual({ kind: 'fault', code: 'entraNotConfigured', aadsts: null, retryAfterSeconds: null });
  });

  test('reaches no internal address, and says when nothing listens', async () => {
    const closed = createEntraCheck({ gateway: createGateway({ allowed: [] }), log: pino({ level: 'silent' }) });
    expect(await closed.check(attemptAt('http://127.0.0.1:1'))).toMatchObject({
      kind: 'fault',
      code: 'entraForbidden',
    });
    using test = openTestEntraCheck();
    expect(await test.entra.check(attemptAt('http://127.0.0.1:1'))).toMatchObject({ code: 'entraUnreachable' });
  });

  test('does not ask for a locked user during the pause, but asks for others', async () => {
    await using server = await startScriptedServer((_, index) => (index === 0 ? failure(50053) : right));
    const timer = createTestTimer();
    using test = openTestEntraCheck({ timer });
    const ann = attemptAt(server.url);
    expect(await test.entra.check(ann)).toEqual({ kind: 'refused', code: 'entraLocked', aadsts: 50053 });
    await timer.advance(LOCKED_USER_PAUSE_MS - 1);
    const again = { ...ann, userPrincipalName: 'Ann@contoso.example' };
    expect(await test.entra.check(again)).toMatchObject({ kind: 'refused', code: 'entraPaused' });
    expect((await test.entra.check({ ...ann, userPrincipalName: 'bob@contoso.example' })).kind).toBe('ok');
    await timer.advance(1);
    expect((await test.entra.check(ann)).kind).toBe('ok');
    expect(server.received).toHaveLength(3);
  });

  test('stops asking after consecutive faults, and asks with one sign-in after the pause', async () => {
    let answer: Scripted = { status: 503 };
    await using server = await startScriptedServer(() => answer);
    const timer = createTestTimer();
    using test = openTestEntraCheck({ timer });
    for (let fault = 0; fault < BREAKER_FAULTS_MAX; fault += 1) await test.entra.check(attemptAt(server.url));
    expect(await test.entra.check(attemptAt(server.url))).toEqual({
      kind: 'fault',
      code: 'entraSuspended',
      aadsts: null,
      retryAfterSeconds: BREAKER_PAUSE_MS / 1_000,
    });
    expect(server.received).toHaveLength(BREAKER_FAULTS_MAX);
    answer = right;
    await timer.advance(BREAKER_PAUSE_MS);
    const results = await Promise.all([1, 2, 3].map(() => test.entra.check(attemptAt(server.url))));
    expect(results.map(({ kind }) => kind)).toEqual(['ok', 'fault', 'fault']);
    expect((await test.entra.check(attemptAt(server.url))).kind).toBe('ok');
  });

  test('honors Retry-After, and a refused password does not count as a fault', async () => {
    await using server = await startScriptedServer((_, index) =>
      index < 10 ? failure(50126) : { status: 429, headers: { 'retry-after': '60' } },
    );
    const timer = createTestTimer();
    using test = openTestEntraCheck({ timer });
    for (let count = 0; count < 10; count += 1) {
      expect(await test.entra.check(attemptAt(server.url))).toMatchObject({ kind: 'refused', aadsts: 50126 });
    }
    await test.entra.check(attemptAt(server.url));
    expect(await test.entra.check(attemptAt(server.url))).toMatchObject({
      code: 'entraSuspended',
      retryAfterSeconds: 60,
    });
    // Another tenant at the same authority is asked.
    const tenant = { ...attemptAt(server.url).settings, tenant: 'fabrikam.example' };
    expect(await test.entra.check(attemptAt(server.url, { settings: tenant }))).toMatchObject({
      code: 'entraThrottled',
    });
  });

  test('lets only the maximum number of sign-ins of a tenant reach Entra ID and wait, and answers the others at once', async () => {
    const held: (() => void)[] = [];
    await using server = await startScriptedServer(() => (response) => {
      held.push(() => response.end(JSON.stringify(right.body)));
    });
    const timer = createTestTimer();
    using test = openTestEntraCheck({ timer });
    const all = Array.from({ length: ENTRA_SIGN_INS_MAX + ENTRA_WAITING_MAX }, () =>
      test.entra.check(attemptAt(server.url)),
    );
    const ended = all.slice(0, ENTRA_SIGN_INS_MAX);
    await server.settled(ENTRA_SIGN_INS_MAX);
    expect(server.received).toHaveLength(ENTRA_SIGN_INS_MAX);
    expect(await test.entra.check(attemptAt(server.url))).toMatchObject({ kind: 'fault', code: 'entraBusy' });
    // Those that wait do not wait longer than the limit.
    await timer.advance(ENTRA_WAIT_MS);
    for (const result of await Promise.all(all.slice(ENTRA_SIGN_INS_MAX)))
      expect(result).toMatchObject({ code: 'entraBusy' });
    for (const answer of held) answer();
    for (const result of await Promise.all(ended)) expect(result.kind).toBe('ok');
    expect(server.received).toHaveLength(ENTRA_SIGN_INS_MAX);
  });

  test('remembers a right password only if the settings allow it, until the user changes', async () => {
    await using server = await startScriptedServer(() => right);
    const timer = createTestTimer();
    using test = openTestEntraCheck({ timer });
    const attempt = attemptAt(server.url);
    const settings = { ...attempt.settings, cacheSeconds: 60 };
    await test.entra.check(attempt);
    await test.entra.check(attempt);
    expect(server.received).toHaveLength(2);
    await test.entra.check({ ...attempt, settings });
    expect(await test.entra.check({ ...attempt, settings })).toMatchObject({ kind: 'ok', isCached: true });
    expect(server.received).toHaveLength(3);
    const changes = [
      { password: 'other' },
      { cached: { ...attempt.cached, userVersion: 2 } },
      { cached: { ...attempt.cached, clientId: 'another' } },
      { userPrincipalName: 'ann.berg@contoso.example' },
      { settings: { ...settings, clientSecret: null } },
    ];
    for (const change of changes) await test.entra.check({ ...attempt, settings, ...change });
    expect(server.received).toHaveLength(3 + changes.length);
    // The comparison of the ids is not remembered.
    const moved = { expected: { tenant: TENANT, objectId: other } };
    expect(await test.entra.check({ ...attempt, settings, ...moved })).toMatchObject({ code: 'entraOtherUser' });
    await timer.advance(60_000);
    await test.entra.check({ ...attempt, settings });
    expect(server.received).toHaveLength(4 + changes.length);
  });

  test('does not remember a refused password', async () => {
    await using server = await startScriptedServer(() => failure(50126));
    using test = openTestEntraCheck();
    const attempt = attemptAt(server.url);
    const settings = { ...attempt.settings, cacheSeconds: 60 };
    for (let count = 0; count < 2; count += 1) await test.entra.check({ ...attempt, settings });
    expect(server.received).toHaveLength(2);
  });

  test('closes the connections that were opened first beyond the maximum', async () => {
    await using server = await startScriptedServer(() => right);
    using test = openTestEntraCheck();
    const { settings } = attemptAt(server.url);
    const at = (tenant: string) =>
      test.entra.check(
        attemptAt(server.url, { settings: { ...settings, tenant }, expected: { tenant: null, objectId: null } }),
      );
    for (let number = 0; number <= ENTRA_CONNECTIONS_MAX; number += 1) expect((await at(`t${number}`)).kind).toBe('ok');
    expect((await at('t0')).kind).toBe('ok');
  });
});

test('the expected tenant is that of the settings, or else the bound one', () => {
  const bound = { tenant: other, objectId: OBJECT_ID };
  expect(expectedTenant({ tenant: TENANT.toUpperCase() }, bound)).toBe(TENANT);
  expect(expectedTenant({ tenant: 'contoso.example' }, bound)).toBe(other);
  expect(expectedTenant({ tenant: 'contoso.example' }, null)).toBeNull();
});
