import { expect, test } from 'vitest';
import { dictionaryText, engineAttributes } from './attribute-names.ts';
import { engineFiles } from './engine-config.ts';
import type { EngineSettings } from './engine-settings.ts';

const settings: EngineSettings = {
  folder: '/srv/tanhua/radius/config',
  listen: [
    { address: '192.0.2.1', port: 1812 },
    { address: '2001:db8::1', port: 2812 },
  ],
  apiPort: 1811,
  probePort: 1810,
  certificate: { certificateFile: '/srv/server.pem', keyFile: '/srv/server.key', isKeyEncrypted: true },
  rejectDelaySeconds: 1,
  clientLifetimeSeconds: 60,
};
const radiusd = (changes: Partial<EngineSettings> = {}) =>
  engineFiles({ ...settings, ...changes }).find(({ name }) => name === 'radiusd.conf')?.text ?? '';

test('the configuration refers only to its own folder, the certificate and the libraries of the package', () => {
  const paths = [...radiusd().matchAll(/(?:= |")(?<path>\/[^\s"]+)/g)].map(({ groups }) => groups?.['path'] ?? '');
  const allowed = /^\/(usr$|usr\/lib\/freeradius$|srv\/|radius\/v1\/)/;
  expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  expect(radiusd()).not.toMatch(/\$INCLUDE|\/etc\//);
});

test('the configuration is safe from forged replies, and neither runs programs nor sends packets on', () => {
  const text = radiusd();
  for (const line of ['require_message_authenticator = yes', 'limit_proxy_state = yes', 'proxy_requests = no']) {
    expect(text).toContain(line);
  }
  expect(text).not.toMatch(/\bexec\b|home_server|\bsql\b/);
  expect(text).toContain('auth_badpass = no');
  expect(text).toMatch(/cache \{\s+enable = no/);
});

test('the configuration has no secret: they are in the environment', () => {
  expect(radiusd().match(/secret = .*|private_key_password = .*|Bearer .*/g)).toEqual([
    'private_key_password = $ENV{TANHUA_RADIUS_KEY_PASSPHRASE}',
    'Bearer $ENV{TANHUA_RADIUS_TOKEN}"',
    'secret = $ENV{TANHUA_RADIUS_PROBE_SECRET}',
  ]);
  expect(radiusd({ certificate: { ...settings.certificate, isKeyEncrypted: false } })).not.toContain(
    'private_key_password',
  );
});

test('the engine listens for authentication and accounting on each address, and on the probe port of 127.0.0.1', () => {
  const listens = [...radiusd().matchAll(/listen \{\s+type = (\w+)\s+(\w+) = "?([^"\s]+)"?\s+port = (\d+)/g)];
  expect(listens.map(([, ...parts]) => parts.join(' '))).toEqual([
    'auth ipv4addr 192.0.2.1 1812',
    'acct ipv4addr 192.0.2.1 1813',
    'auth ipv6addr 2001:db8::1 2812',
    'acct ipv6addr 2001:db8::1 2813',
    'auth ipv4addr 127.0.0.1 1810',
  ]);
});

test.for<readonly [kind: string, changes: Partial<EngineSettings>]>([
  ['folder', { folder: '/srv/${confdir}' }],
  ['certificate', { certificate: { ...settings.certificate, certificateFile: '/srv/$ENV{HOME}' } }],
  ['key', { certificate: { ...settings.certificate, keyFile: '/srv/a\nlisten {' } }],
  ['address', { listen: [{ address: '192.0.2.1\n}', port: 1812 }] }],
])('a hostile %s is refused', ([, changes]) => {
  expect(() => radiusd(changes)).toThrow('cannot contain');
});

test('a path with quotes cannot end its value', () => {
  const text = radiusd({ folder: '/srv/"\\ evil = yes' });
  expect(text).toContain(String.raw`confdir = "/srv/\"\\ evil = yes"`);
});

test('the dictionary defines each attribute once, with a number that no packet can contain', () => {
  const numbers = Object.values(engineAttributes).map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => number >= 3_000 && number < 4_000)).toBe(true);
  expect(dictionaryText()).toContain('ATTRIBUTE\tTanhua-Client\t3000\tstring\n');
});
