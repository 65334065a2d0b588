import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { RADIUS_ADDRESSES_MAX, RADIUS_SERVER_NAME_LENGTH_MAX } from './radius-settings.ts';

const listen = (text: string) => readConfig({ TANHUA_RADIUS_LISTEN: text }).radiusListen;

test('TANHUA_RADIUS_LISTEN lists addresses with optional ports', () => {
  expect(readConfig({}).radiusListen).toEqual([{ address: '0.0.0.0', port: 1812 }]);
  expect(listen('192.0.2.1, 192.0.2.2:2812, ::, [2001:db8::1], [2001:db8::2]:1, 127.0.0.1:65534')).toEqual([
    { address: '192.0.2.1', port: 1812 },
    { address: '192.0.2.2', port: 2812 },
    { address: '::', port: 1812 },
    { address: '2001:db8::1', port: 1812 },
    { address: '2001:db8::2', port: 1 },
    { address: '127.0.0.1', port: 65_534 },
  ]);
});

test.for([
  '',
  ',',
  'radius.contoso.example',
  '192.0.2.1:0',
  '192.0.2.1:65535',
  '192.0.2.1/24',
  '192.0.2.1\n}',
  '[192.0.2.1:1',
])('TANHUA_RADIUS_LISTEN rejects %j', (text) => {
  expect(() => listen(text)).toThrow('TANHUA_RADIUS_LISTEN is');
});

test('TANHUA_RADIUS_LISTEN has at most RADIUS_ADDRESSES_MAX addresses', () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `192.0.2.${index}`).join(',');
  expect(listen(addresses(RADIUS_ADDRESSES_MAX))).toHaveLength(RADIUS_ADDRESSES_MAX);
  expect(() => listen(addresses(RADIUS_ADDRESSES_MAX + 1))).toThrow('1 to 16 addresses');
});

test('TANHUA_RADIUS_SERVER_NAME is a DNS name of at most RADIUS_SERVER_NAME_LENGTH_MAX characters', () => {
  const name = (text: string) => readConfig({ TANHUA_RADIUS_SERVER_NAME: text }).radiusServerName;
  const long = `${'a'.repeat(60)}.${'b'.repeat(RADIUS_SERVER_NAME_LENGTH_MAX - 61)}`;
  expect(name(long)).toBe(long);
  for (const text of [`${long}b`, 'a b', 'a..b', '-a', 'a,CN=b', '密']) {
    expect(() => name(text), text).toThrow('TANHUA_RADIUS_SERVER_NAME');
  }
});

test('the paths of the certificate and the key belong together', () => {
  expect(() => readConfig({ TANHUA_RADIUS_KEY_PATH: '/k' })).toThrow('set both or neither');
  expect(() => readConfig({ TANHUA_RADIUS_CERTIFICATE_PATH: '/c' })).toThrow('set both or neither');
  const both = readConfig({ TANHUA_RADIUS_CERTIFICATE_PATH: '/c', TANHUA_RADIUS_KEY_PATH: '/k' });
  expect(both).toMatchObject({ radiusCertificatePath: '/c', radiusKeyPath: '/k' });
});

test('the ports of the engine cannot be 0, because two processes have to know them', () => {
  for (const name of ['TANHUA_RADIUS_API_PORT', 'TANHUA_RADIUS_PROBE_PORT']) {
    expect(() => readConfig({ [name]: '0' })).toThrow(name);
  }
  expect(readConfig({})).toMatchObject({ radius: 'auto', radiusApiPort: 1811, radiusProbePort: 1810 });
});
