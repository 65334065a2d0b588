import { expect, test } from 'vitest';
import type { Principal } from '#admins/authenticate.ts';
import { settingDefinitions, settingNames, type Settings } from '#organizations/settings.ts';
import { idleMsOf, requireFresh, strictestIdleMs, usePrecisionOf } from './session-rules.ts';

const MINUTE_MS = 60_000;
const defaults = Object.fromEntries(settingNames.map((name) => [name, settingDefinitions[name].default])) as Settings;
const rules = (administratorIdleMinutes: number, portalIdleMinutes: number): Settings => ({
  ...defaults,
  administratorIdleMinutes,
  portalIdleMinutes,
});

const principal = (more: Partial<Principal> = {}): Principal => ({
  keyId: 'k',
  credential: 'session',
  organizationId: 'o',
  integrationId: null,
  administrator: null,
  user: null,
  authMethods: [],
  scopes: null,
  allowedIps: null,
  lastUsedAt: null,
  expiresAt: null,
  signedInAt: null,
  generation: 0,
  ...more,
});
const user = principal({ user: { id: 'u', name: 'ann' } });

test('administrators and users have separate idle times', () => {
  expect(idleMsOf(rules(30, 60), 'administrator')).toBe(30 * MINUTE_MS);
  expect(idleMsOf(rules(30, 60), 'user')).toBe(60 * MINUTE_MS);
});

test('the shortest idle time of all organizations applies', () => {
  const both = [rules(30, 10), rules(20, 60)];
  expect(strictestIdleMs(both, principal())).toBe(20 * MINUTE_MS);
  expect(strictestIdleMs(both, user)).toBe(10 * MINUTE_MS);
  expect(strictestIdleMs(both.toReversed(), user)).toBe(10 * MINUTE_MS);
});

test('the last use of a session is recorded to within a tenth of its idle time, and never less precisely than that of a key', () => {
  expect(usePrecisionOf(5 * MINUTE_MS, MINUTE_MS)).toBe(MINUTE_MS / 2);
  expect(usePrecisionOf(10 * MINUTE_MS, MINUTE_MS)).toBe(MINUTE_MS);
  expect(usePrecisionOf(60 * MINUTE_MS, MINUTE_MS)).toBe(MINUTE_MS);
});

test('a session expires after the idle time plus the precision with which its last use is recorded', () => {
  const [usedAt, idleMs, precisionMs] = [1_000_000, 10 * MINUTE_MS, MINUTE_MS];
  const at = (ms: number) => () =>
    requireFresh(principal({ lastUsedAt: usedAt }), idleMs, precisionMs, new Date(usedAt + ms));
  expect(at(idleMs + precisionMs)).not.toThrow();
  expect(at(idleMs + precisionMs + 1)).toThrow('after 10 minutes without a request');
});

test('a session that has not been used yet is accepted', () => {
  expect(() => requireFresh(principal(), 0, 0, new Date(0))).not.toThrow();
});
