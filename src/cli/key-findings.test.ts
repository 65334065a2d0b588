import { expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { presetRules } from '#integrations/rules.ts';
import { INTEGRATION_SILENT_DAYS, keyFindings } from './key-findings.ts';

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
const silent = (lastRequestAt: Date | null) =>
  keyFindings([], [integration(lastRequestAt)], now).filter(({ check }) => check === 'silent integration');

test('an integration is silent from the limit on, and not a moment earlier', () => {
  const limit = now.getTime() - INTEGRATION_SILENT_DAYS * DAY_MS;
  expect(silent(new Date(limit + 1))).toEqual([]);
  expect(silent(new Date(limit))).toMatchObject([{ status: 'warning', detail: expect.stringContaining('Entra ID') }]);
  expect(silent(null)).toMatchObject([{ detail: expect.stringContaining('has not sent a request yet') }]);
});

test('an organization without a valid key has a fault', () => {
  expect(keyFindings([], [integration(now)], now)[0]).toMatchObject({ check: 'keys', status: 'fault' });
  expect(keyFindings([], [], now)[0]).toMatchObject({ check: 'keys', status: 'ok' });
});
