import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { createAuthority, issueServerCertificate, SERVER_DAYS } from '#radius/certificates/issue-certificate.ts';
import { radiusFindings } from './radius-findings.ts';

test('radiusFindings warns 60, 30, 14, 7 and 1 days before the certificate expires, and reports its end as a fault', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tanhua-findings-'));
  const start = new Date('2026-12-01T12:00:00Z');
  const issued = await issueServerCertificate(await createAuthority('Contoso', start), 'radius.contoso.example', start);
  const path = join(dataDir, 'server.pem');
  const config = { radius: 'on' as const, dataDir, radiusCertificatePath: path };
  const end = start.getTime() + (SERVER_DAYS - 1) * DAY_MS;
  const daysBefore = (days: number, language?: 'zh') => radiusFindings(config, new Date(end - days * DAY_MS), language);
  expect(daysBefore(1)).toMatchObject([{ status: 'warning', detail: expect.stringContaining('cannot be read') }]);
  writeFileSync(path, issued.certificate);
  expect(daysBefore(61)).toMatchObject([
    { check: 'RADIUS certificate', status: 'ok', detail: expect.stringContaining('61 days') },
  ]);
  for (const days of [60, 30, 14, 7]) {
    expect(daysBefore(days)).toMatchObject([{ status: 'warning', detail: expect.stringContaining(`in ${days} days`) }]);
  }
  expect(daysBefore(1)).toMatchObject([{ status: 'warning', detail: expect.stringContaining('in 1 day,') }]);
  expect(daysBefore(0)).toMatchObject([{ status: 'fault', detail: expect.stringContaining('has expired') }]);
  expect(daysBefore(1, 'zh')[0]?.detail).toContain('1 天后过期');
  expect(radiusFindings({ ...config, radius: 'off' }, start)).toEqual([]);
  expect(radiusFindings({ ...config, radius: 'auto' }, start), 'without a setup').toEqual([]);
  rmSync(dataDir, { recursive: true });
});
