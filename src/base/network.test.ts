import { expect, test } from 'vitest';
import { isInside, networkOf, parseNetwork } from './network.ts';

test.for([
  ['192.0.2.1', { address: '192.0.2.1', family: 'ipv4', prefix: undefined }],
  ['192.0.2.0/24', { address: '192.0.2.0', family: 'ipv4', prefix: 24 }],
  ['0.0.0.0/0', { address: '0.0.0.0', family: 'ipv4', prefix: 0 }],
  ['::/128', { address: '::', family: 'ipv6', prefix: 128 }],
  ['2001:DB8::/32', { address: '2001:DB8::', family: 'ipv6', prefix: 32 }],
] as const)('parseNetwork() accepts %s', ([text, network]) => {
  expect(parseNetwork(text)).toEqual(network);
});

test.for([
  '',
  '/',
  '/24',
  '192.0.2.0/',
  '192.0.2.0/33',
  '::/129',
  '1.2.3',
  'host',
  '192.0.2.0/2x',
  '192.0.2.0/-1',
  '192.0.2.0/024/1',
  'fe80::1%eth0',
])('parseNetwork() returns undefined for %j', (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});

test('isInside() returns false for a text that is not an address, and for an empty list of networks', () => {
  const all = ['0.0.0.0/0', '::/0'].flatMap((text) => parseNetwork(text) ?? []);
  expect(isInside(all, 'unknown')).toBe(false);
  expect(isInside(all, '')).toBe(false);
  expect(isInside([], '192.0.2.1')).toBe(false);
  expect(isInside(all, '::ffff:192.0.2.1')).toBe(true);
});

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::9', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
] as const)('networkOf() maps the address %s to %s', ([address, network]) => {
  expect(networkOf(address)).toBe(network);
});
