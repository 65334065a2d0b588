import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { CERTIFICATE_WARNING_DAYS, certificateWarning } from './certificate-warnings.ts';
import { certificatePath, prepareCertificate, RENEWAL_DAYS } from './engine-certificates.ts';
import { createAuthority, issueServerCertificate, SERVER_DAYS } from './issue-certificate.ts';

const start = new Date('2026-12-01T12:00:00Z');
const after = (days: number) => new Date(start.getTime() + days * DAY_MS);
const secrets = createSecretBox(Buffer.alloc(32, 1));
let dataDir: string;
beforeAll(() => (dataDir = mkdtempSync(join(tmpdir(), 'tanhua-certificates-'))));
afterAll(() => rmSync(dataDir, { recursive: true }));

const config = (more: object = {}) => ({
  dataDir,
  radiusServerName: 'radius.contoso.example',
  radiusCertificatePath: undefined,
  radiusKeyPath: undefined,
  ...more,
});
const prepare = (now: Date, more: object = {}, box = secrets) =>
  prepareCertificate(config(more), { clock: { now: () => now }, secrets: box });

describe('issued certificates', () => {
  test('are ECDSA P-256, for one server, from a CA that cannot create other CAs', async () => {
    const authority = await createAuthority('Contoso, 密 "CA"=1', start);
    const issued = await issueServerCertificate(authority, 'radius.contoso.example', start);
    const [ca, server] = [new X509Certificate(authority.certificate), new X509Certificate(issued.certificate)];
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(server.checkIssued(ca)).toBe(true);
    expect(server.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect([ca.ca, server.ca]).toEqual([true, false]);
    expect(server.checkHost('radius.contoso.example')).toBe('radius.contoso.example');
    expect(server.checkHost('other.contoso.example')).toBeUndefined();
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(ca.subject).toBe('CN=Contoso\\, 密 \\"CA\\"=1');
    const days = (server.validToDate.getTime() - server.validFromDate.getTime()) / DAY_MS;
    expect(days).toBe(SERVER_DAYS);
    expect(days, 'Apple accepts at most 398 days').toBeLessThanOrEqual(398);
    expect(server.validFromDate.getTime()).toBeLessThan(start.getTime());
  });
});

describe('prepareCertificate', () => {
  test('creates a CA once, and renews the server certificate with it RENEWAL_DAYS days before its end', async () => {
    const first = await prepare(start);
    const authority = readFileSync(first.authorityFile ?? '', 'utf8');
    expect((await prepare(after(1))).fingerprint).toBe(first.fingerprint);
    const limit = new Date(first.notAfter.getTime() - RENEWAL_DAYS * DAY_MS);
    expect((await prepare(limit)).fingerprint).toBe(first.fingerprint);
    const renewed = await prepare(new Date(limit.getTime() + 1));
    expect(renewed.fingerprint).not.toBe(first.fingerprint);
    expect(readFileSync(renewed.authorityFile ?? '', 'utf8')).toBe(authority);
    const chain = readFileSync(renewed.certificate.certificateFile, 'utf8');
    expect(chain.endsWith(authority)).toBe(true);
    expect(new X509Certificate(chain).verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  test('issues another certificate for another name or another secret key of the server', async () => {
    const first = await prepare(start, { radiusServerName: 'a.contoso.example' });
    const other = await prepare(start, { radiusServerName: 'b.contoso.example' });
    expect(other.names).toBe('DNS:b.contoso.example');
    expect(other.fingerprint).not.toBe(first.fingerprint);
    await expect(prepare(start, {}, createSecretBox(Buffer.alloc(32, 2)))).rejects.toThrow(
      /cannot be read or written .*restore its secret key/,
    );
  });

  test('keeps no private key in clear text, and no file that others can read', async () => {
    const { certificate } = await prepare(start);
    const folder = join(dataDir, 'radius', 'certificates');
    expect(readFileSync(certificate.keyFile, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(readFileSync(join(folder, 'ca.key.sealed'), 'utf8')).not.toContain('PRIVATE KEY');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['ca.key.sealed', 'server.key']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('uses the files of an administrator, and names a pair that does not belong together', async () => {
    const authority = await createAuthority('Contoso', start);
    const issued = await issueServerCertificate(authority, 'radius.contoso.example', start);
    const [radiusCertificatePath, radiusKeyPath] = [join(dataDir, 'own.pem'), join(dataDir, 'own.key')];
    writeFileSync(radiusCertificatePath, issued.certificate);
    writeFileSync(radiusKeyPath, issued.key);
    const paths = { radiusCertificatePath, radiusKeyPath };
    expect(await prepare(start, paths)).toMatchObject({
      certificate: { certificateFile: radiusCertificatePath, keyFile: radiusKeyPath, isKeyEncrypted: false },
      authorityFile: null,
    });
    expect(certificatePath(config(paths))).toBe(radiusCertificatePath);
    writeFileSync(radiusKeyPath, authority.key);
    await expect(prepare(start, paths)).rejects.toThrow(
      /own\.pem .*own\.key .*another certificate.*TANHUA_RADIUS_KEY_PATH/,
    );
    await expect(prepare(start, { ...paths, radiusKeyPath: '/nowhere' })).rejects.toThrow('ENOENT');
  });
});

describe('certificateWarning', () => {
  const end = after(100);
  const left = (ms: number) => certificateWarning(end, new Date(end.getTime() - ms));

  test.for(CERTIFICATE_WARNING_DAYS)('begins %i days before the end', (days) => {
    expect(left(days * DAY_MS)).toEqual({ daysLeft: days, reached: days });
    expect(left(days * DAY_MS + 1)?.reached).not.toBe(days);
  });

  test('names the days that are left, and the end', () => {
    expect(left(60 * DAY_MS + 1)).toBeUndefined();
    expect(left(10.5 * DAY_MS)).toEqual({ daysLeft: 11, reached: 14 });
    expect(left(1)).toEqual({ daysLeft: 1, reached: 1 });
    expect(left(0)).toEqual({ daysLeft: 0, reached: 0 });
    expect(left(-DAY_MS)).toEqual({ daysLeft: 0, reached: 0 });
  });
});
