import { expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { presetRules } from '#integrations/rules.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { INTEGRATION_SILENT_DAYS, KEY_EXPIRY_DAYS, keyFindings } from './key-findings.ts';

const now = new Date('2026-11-29T12:00:00Z');
const integration = (lastRequestAt: Date | null) => ({
  id: 'i',
  organizationId: 'o',
  name: 'Entra ID',
  rules: presetRules('strict'),
  createdAt: new Date(now.getTime() - 30 * DAY_MS),
  lastRequestAt,
  lastRequestFlagged: null,
});
const validKey: ApiKey = {
  id: 'k',
  organizationId: 'o',
  kind: 'integration',
  name: 'Entra ID',
  prefix: 'tnh_abc',
  owner: 'Entra ID',
  role: null,
  administratorId: null,
  integrationId: 'i',
  userId: null,
  createdAt: now,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  lastUsedIp: null,
  lastUsedClient: null,
  allowedIps: null,
  warnedDays: null,
  parentId: null,
  lastScimAt: null,
  problem: null,
};
const silent = (lastRequestAt: Date | null) =>
  keyFindings([], [integration(lastRequestAt)], now).filter(({ check }) => check === 'silent integration');

test('keyFindings reports an integration as soon as it has sent no requests for INTEGRATION_SILENT_DAYS days', () => {
  const limit = now.getTime() - INTEGRATION_SILENT_DAYS * DAY_MS;
  expect(silent(new Date(limit + 1))).toEqual([]);
  expect(silent(new Date(limit))).toMatchObject([{ status: 'warning', detail: expect.stringContaining('Entra ID') }]);
  expect(silent(null)).toMatchObject([{ detail: expect.stringContaining('has not sent a request yet') }]);
});

test('keyFindings reports a fault if there is an integration but no valid key', () => {
  expect(keyFindings([], [integration(now)], now)[0]).toMatchObject({ check: 'keys', status: 'fault' });
  expect(keyFindings([], [], now)[0]).toMatchObject({ check: 'keys', status: 'ok' });
});

test('keyFindings reports a valid key during the 30 days before it expires, but no expired key and no token of a user', () => {
  const key = (expiresAt: Date | null, more: object = {}) => ({ ...validKey, expiresAt, ...more });
  const reported = (one: ReturnType<typeof key>) =>
    keyFindings([one], [], now).filter(({ check }) => check === 'key expiry');
  const limit = now.getTime() + KEY_EXPIRY_DAYS * DAY_MS;
  expect(reported(key(null))).toEqual([]);
  expect(reported(key(new Date(limit)))).toEqual([]);
  expect(reported(key(new Date(limit - 1), { warnedDays: 0 })), 'rotated').toEqual([]);
  expect(reported(key(new Date(limit - 1)))).toMatchObject([
    { status: 'warning', detail: expect.stringContaining('tnh_abc… (Entra ID) expires in 30 days, on 2026-12-29') },
  ]);
  expect(reported(key(new Date(now.getTime() + 1)))[0]?.detail).toContain('expires in 1 day,');
  expect(reported(key(new Date(now.getTime() - 1)))).toEqual([]);
  expect(reported(key(new Date(limit - 1), { kind: 'user' }))).toEqual([]);
});
