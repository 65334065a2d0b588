import { describe, expect, test } from 'vitest';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { describeRadiusReason } from '#base/words/describe-radius-reason.ts';
import { isRadiusReason, radiusReasons, type RadiusReason } from '#base/words/radius-reasons.ts';
import { aadstsTable, reasonOfCodes } from './aadsts-table.ts';
import { sourceOf } from './attempt-source.ts';
import {
  BREAKER_FAULTS_MAX,
  BREAKER_PAUSE_MAX_MS,
  BREAKER_PAUSE_MS,
  BREAKERS_MAX,
  CircuitBreaker,
} from './circuit-breaker.ts';
import { connectionBlockOf, type ConnectingUser, type ConnectionRules } from './connection-rules.ts';
import { CACHE_SECONDS_MAX, CACHED_PASSWORDS_MAX, PasswordCache } from './password-cache.ts';
import { PAUSED_USERS_MAX, PausedUsers } from './paused-users.ts';
import { hashWifiPassword, isWifiPassword, newWifiPassword, WIFI_PASSWORD_LENGTH } from './wifi-password.ts';

const ascending = (one: number, other: number) => one - other;
const reasonNames = Object.keys(radiusReasons) as readonly RadiusReason[];

describe('the reasons of attempts', () => {
  test.each(reasonNames)('%s says in both languages what happened and what to do', (reason) => {
    const [en, zh] = [describeRadiusReason(reason, 'en'), describeRadiusReason(reason, 'zh')];
    for (const text of Object.values(en)) expect(text).toMatch(/^[A-Z"][ -~]+[.a-z]$/);
    for (const text of Object.values(zh)) expect(text).toMatch(/\p{Script=Han}.*。$/u);
  });

  test('are known by their names only', () => {
    expect([isRadiusReason('notMember'), isRadiusReason('toString'), isRadiusReason('other')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('send the device a text about a password only if the person proved it', () => {
    const replied = reasonNames.filter((name) => 'reply' in radiusReasons[name]);
    expect(replied).toEqual(['passwordExpired', 'entraPasswordExpired']);
  });
});

describe('the table of AADSTS codes', () => {
  /** The rows of A11 in the reference, with the answer that the access point gets. */
  const expected = {
    reject: [
      50126, 50034, 50056, 50064, 50055, 50144, 50072, 50074, 50076, 50078, 50079, 50158, 53000, 53001, 53002, 53003,
      53004, 530035, 50097, 50105, 50131, 65001,
    ],
    lock: [50057, 50053],
    silence: [7000218, 7000215, 7000222, 700025, 700016, 90002, 50194, 90033, 50033, 50087, 50196],
  };

  test('has every code with its answer', () => {
    const answers = Map.groupBy([...aadstsTable], ([, reason]) => radiusReasons[reason].answer);
    const found = Object.fromEntries(
      [...answers].map(([answer, rows]) => [answer, rows.map(([code]) => code).toSorted(ascending)]),
    );
    const sorted = Object.fromEntries(
      Object.entries(expected).map(([name, codes]) => [name, codes.toSorted(ascending)]),
    );
    expect(found).toEqual(sorted);
  });

  test('refuses the person for an unknown code, unless the error is about the client', () => {
    expect(reasonOfCodes([1], 'invalid_grant')).toEqual({ reason: 'entraRefused', aadsts: 1 });
    expect(reasonOfCodes([], 'invalid_grant')).toEqual({ reason: 'entraRefused', aadsts: null });
    for (const error of [
      'invalid_client',
      'unauthorized_client',
      'invalid_request',
      'unsupported_grant_type',
      'invalid_scope',
    ]) {
      expect(reasonOfCodes([1], error)).toEqual({ reason: 'entraRequestRefused', aadsts: 1 });
    }
    expect(reasonOfCodes([1, 50076], 'invalid_grant')).toEqual({ reason: 'entraSecondFactor', aadsts: 50076 });
  });
});

describe('a circuit breaker', () => {
  test('pauses after the maximum number of consecutive faults, then lets one request through', async () => {
    const timer = createTestTimer();
    const breaker = new CircuitBreaker(timer);
    for (let fault = 1; fault < BREAKER_FAULTS_MAX; fault += 1) breaker.failed('a', null);
    expect(breaker.pauseMs('a')).toBe(0);
    breaker.failed('a', null);
    expect([breaker.pauseMs('a'), breaker.pauseMs('b')]).toEqual([BREAKER_PAUSE_MS, 0]);
    await timer.advance(BREAKER_PAUSE_MS - 1);
    expect(breaker.pauseMs('a')).toBe(1);
    await timer.advance(1);
    expect(breaker.pauseMs('a')).toBe(0);
    breaker.began('a');
    expect(breaker.pauseMs('a')).toBeGreaterThan(0);
    // A probe that says nothing about the server is followed by another one.
    breaker.ended('a');
    expect(breaker.pauseMs('a')).toBe(0);
    breaker.began('a');
    breaker.failed('a', null);
    expect(breaker.pauseMs('a')).toBe(BREAKER_PAUSE_MS);
    await timer.advance(BREAKER_PAUSE_MS);
    breaker.began('a');
    breaker.worked('a');
    expect(breaker.pauseMs('a')).toBe(0);
    breaker.failed('a', null);
    expect(breaker.pauseMs('a')).toBe(0);
  });

  test('pauses at once for as long as the server asks, up to a maximum', () => {
    const breaker = new CircuitBreaker(createTestTimer());
    breaker.failed('a', 30_000);
    expect(breaker.pauseMs('a')).toBe(30_000);
    breaker.failed('b', BREAKER_PAUSE_MAX_MS);
    breaker.failed('c', BREAKER_PAUSE_MAX_MS + 1);
    expect([breaker.pauseMs('b'), breaker.pauseMs('c')]).toEqual([BREAKER_PAUSE_MAX_MS, BREAKER_PAUSE_MAX_MS]);
  });

  test('forgets the server with the oldest fault beyond the maximum', () => {
    const breaker = new CircuitBreaker(createTestTimer());
    for (let server = 0; server < BREAKERS_MAX; server += 1) breaker.failed(`s${server}`, 1_000);
    expect(breaker.pauseMs('s0')).toBe(1_000);
    breaker.failed('one more', 1_000);
    expect([breaker.pauseMs('s0'), breaker.pauseMs('s1')]).toEqual([0, 1_000]);
  });
});

test('only the maximum number of paused users is kept, those who were paused last', () => {
  const paused = new PausedUsers(createTestTimer());
  for (let user = 0; user < PAUSED_USERS_MAX; user += 1) paused.add(`u${user}`);
  expect(paused.has('u0')).toBe(true);
  paused.add('one more');
  expect([paused.has('u0'), paused.has('u1'), paused.has('one more')]).toEqual([false, true, true]);
});

describe('the cache of right passwords', () => {
  const subject = { clientId: 'c', userId: 'u', userVersion: 1, asked: ['endpoint'] };

  test('knows a password for the given time, and only for the same client, user, version and question', async () => {
    const timer = createTestTimer();
    const cache = new PasswordCache<string>(timer);
    cache.set(subject, 'pa55', 'value', CACHE_SECONDS_MAX + 1);
    cache.set({ ...subject, userId: 'off' }, 'pa55', 'value', 0);
    expect(cache.get(subject, 'pa55')).toBe('value');
    expect(cache.get(subject, 'pa56')).toBeUndefined();
    for (const other of [{ clientId: 'd' }, { userId: 'v' }, { userId: 'off' }, { userVersion: 2 }, { asked: [] }]) {
      expect(cache.get({ ...subject, ...other }, 'pa55'), JSON.stringify(other)).toBeUndefined();
    }
    await timer.advance(CACHE_SECONDS_MAX * 1_000 - 1);
    expect(cache.get(subject, 'pa55')).toBe('value');
    await timer.advance(1);
    expect([cache.get(subject, 'pa55'), cache.size]).toEqual([undefined, 0]);
  });

  test('forgets the oldest password beyond the maximum', () => {
    const cache = new PasswordCache<number>(createTestTimer());
    for (let user = 0; user <= CACHED_PASSWORDS_MAX; user += 1)
      cache.set({ ...subject, userId: `u${user}` }, 'p', user, 60);
    expect(cache.size).toBe(CACHED_PASSWORDS_MAX);
    expect([cache.get({ ...subject, userId: 'u0' }, 'p'), cache.get({ ...subject, userId: 'u1' }, 'p')]).toEqual([
      undefined,
      1,
    ]);
  });
});

test('a Wi-Fi password is random, easy to read, and recognized by its hash', () => {
  const passwords = Array.from({ length: 100 }, newWifiPassword);
  expect(new Set(passwords).size).toBe(100);
  for (const password of passwords) expect(password).toMatch(/^[A-HJ-NP-Za-kmnp-z2-9]{24}$/);
  const [one = '', other = ''] = passwords;
  expect(one).toHaveLength(WIFI_PASSWORD_LENGTH);
  expect([isWifiPassword(one, hashWifiPassword(one)), isWifiPassword(other, hashWifiPassword(one))]).toEqual([
    true,
    false,
  ]);
  expect([isWifiPassword(one, null), isWifiPassword(one, 'broken')]).toEqual([false, false]);
  // A text of another form is not hashed.
  expect(isWifiPassword('short', hashWifiPassword('short'))).toBe(false);
});

test.for([
  ['AA-BB-CC-00-11-22', 'station', 'aabbcc001122'],
  ['aabb.cc00.1122', 'station', 'aabbcc001122'],
  ['AA:BB:CC:00:11:22', 'station', 'aabbcc001122'],
  [' Laptop 7 ', 'station', 'laptop 7'],
  ['', 'any', 'radius c1'],
  [null, 'any', 'radius c1'],
] as const)('failures from the station %j are counted for %s %s', ([callingStation, kind, id]) => {
  expect(sourceOf({ callingStation, clientId: 'c1' })).toEqual({ kind, id });
});

describe('the rules of who may connect', () => {
  const user: ConnectingUser = {
    state: 'ACTIVATED',
    isLocked: false,
    isPasswordExpired: false,
    isPasswordPending: false,
    isMember: true,
  };
  const strict: ConnectionRules = {
    identityProvider: 'directory',
    lockedAccounts: 'refuse',
    expiredPasswords: 'refuse',
  };
  const lenient: ConnectionRules = { ...strict, lockedAccounts: 'allow', expiredPasswords: 'allow' };
  const entra: ConnectionRules = { ...strict, identityProvider: 'entra' };

  test.for<readonly [Partial<ConnectingUser>, ConnectionRules, RadiusReason | undefined]>([
    [{}, strict, undefined],
    [{ state: 'STAGED' }, lenient, 'userStaged'],
    [{ state: 'SUSPENDED' }, lenient, 'userSuspended'],
    [{ state: 'STAGED' }, entra, 'userStaged'],
    [{ state: 'SUSPENDED', isMember: false }, entra, 'userSuspended'],
    [{ isMember: false }, lenient, 'notMember'],
    [{ isMember: false, isLocked: true }, strict, 'notMember'],
    [{ isLocked: true }, strict, 'userLocked'],
    [{ isLocked: true }, entra, 'userLocked'],
    [{ isLocked: true }, lenient, undefined],
    [{ isPasswordExpired: true }, strict, 'passwordExpired'],
    [{ isPasswordExpired: true }, entra, 'passwordExpired'],
    [{ isPasswordExpired: true }, lenient, undefined],
    [{ isPasswordPending: true }, strict, 'passwordPending'],
    [{ isPasswordPending: true }, lenient, 'passwordPending'],
    [{ isPasswordPending: true }, entra, undefined],
  ])('%j with %j: %s', ([change, rules, reason]) => {
    expect(connectionBlockOf({ ...user, ...change }, rules)).toBe(reason);
  });
});
