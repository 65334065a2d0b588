import { describe, expect, test } from 'vitest';
import { internalKind } from '#base/internal-networks.ts';
import { parseNetwork } from '#base/network.ts';
import { urlReach } from '#base/public-url.ts';
import { peerOf } from './http-peer.ts';
import { isAmong } from './internal-addresses.ts';

const networks = (...texts: readonly string[]) => texts.flatMap((text) => parseNetwork(text) ?? []);

/** Returns how far a URL with an address reaches. */
const reachOf = (address: string) => urlReach(`https://${address.includes(':') ? `[${address}]` : address}/scim/v2`);

describe('internalKind', () => {
  // The first and the last address of each network, and the addresses just outside of the network.
  test.for<[kind: string, first: string, last: string, outside: readonly string[]]>([
    ['unspecified', '0.0.0.0', '0.255.255.255', ['1.0.0.0']],
    ['private', '10.0.0.0', '10.255.255.255', ['9.255.255.255', '11.0.0.0']],
    ['shared (carrier-grade NAT)', '100.64.0.0', '100.127.255.255', ['100.63.255.255', '100.128.0.0']],
    ['loopback', '127.0.0.0', '127.255.255.255', ['126.255.255.255', '128.0.0.0']],
    ['link-local', '169.254.0.0', '169.254.255.255', ['169.253.255.255', '169.255.0.0']],
    ['of a cloud platform', '168.63.129.16', '168.63.129.16', ['168.63.129.15', '168.63.129.17']],
    ['private', '172.16.0.0', '172.31.255.255', ['172.15.255.255', '172.32.0.0']],
    ['reserved', '192.0.0.0', '192.0.0.255', ['191.255.255.255', '192.0.1.0']],
    ['for documentation', '192.0.2.0', '192.0.2.255', ['192.0.1.255', '192.0.3.0']],
    ['private', '192.168.0.0', '192.168.255.255', ['192.167.255.255', '192.169.0.0']],
    ['for benchmarks', '198.18.0.0', '198.19.255.255', ['198.17.255.255', '198.20.0.0']],
    ['for documentation', '198.51.100.0', '198.51.100.255', ['198.51.99.255', '198.51.101.0']],
    ['for documentation', '203.0.113.0', '203.0.113.255', ['203.0.112.255', '203.0.114.0']],
    ['multicast', '224.0.0.0', '239.255.255.255', ['223.255.255.255']],
    ['reserved', '240.0.0.0', '255.255.255.254', []],
    ['broadcast', '255.255.255.255', '255.255.255.255', []],
    ['unspecified', '::', '::', []],
    ['loopback', '::1', '::1', []],
    ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['unique local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
    ['reserved', '192.88.99.0', '192.88.99.255', ['192.88.98.255', '192.88.100.0']],
    ['reserved', '100::', '100::ffff:ffff:ffff:ffff', []],
    ['for documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', ['3ffe:ffff::', '3fff:1000::']],
    ['for documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', ['2001:db7:ffff::', '2001:db9::']],
    ['reserved', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', ['2001:200::', '2000:ffff::']],
    ['reserved', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', []],
    ['reserved', '4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['3ffe::', '2606:4700::1']],
  ])(
    'returns "%s" for the addresses from %s to %s, and undefined for public addresses next to them',
    ([kind, first, last, outside]) => {
      expect([internalKind(first), internalKind(last)]).toEqual([kind, kind]);
      expect(outside.map(internalKind)).toEqual(outside.map(() => undefined));
      expect([first, last].map(reachOf)).toEqual(['private', 'private']);
      expect(outside.map(reachOf)).toEqual(outside.map(() => 'public'));
    },
  );

  test.for([
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:0001',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2002:7f00:1:ffff::1',
    '2606:4700::5efe:127.0.0.1',
    '2606:4700::200:5efe:7f00:1',
    '::1%lo',
  ])('returns "loopback" for %s', (address) => {
    expect(internalKind(address)).toBe('loopback');
    expect(isAmong(networks('127.0.0.0/8', '::1'), address)).toBe(true);
    expect(isAmong(networks('10.0.0.0/8'), address)).toBe(false);
  });

  test.for(['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1'])(
    'returns undefined for %s, which represents a public address',
    (address) => {
      expect(internalKind(address)).toBeUndefined();
      expect(reachOf(address)).toBe('public');
    },
  );

  test.for([
    '',
    'localhost',
    '127.1',
    '1.2.3.4.5',
    '127.0.0.01',
    '1.2.3.256',
    '::1\n',
    '1::2::3',
    ':',
    '10.contoso.com',
  ])('returns "unreadable" for %j, which is not an address', (text) => {
    expect(internalKind(text)).toBe('unreadable');
  });
});

// Spellings of 127.0.0.1, ::1, and 169.254.169.254 in URLs. The URL parser converts all of them to the canonical form, which is checked.
test.for([
  ['http://2130706433', 'loopback'],
  ['http://0x7f.1', 'loopback'],
  ['http://0x7f000001', 'loopback'],
  ['http://0177.0.0.1', 'loopback'],
  ['http://017700000001', 'loopback'],
  ['http://127.1', 'loopback'],
  ['http://127.0.1', 'loopback'],
  ['http://127.0.0.1.', 'loopback'],
  ['http://%31%32%37.0.0.1', 'loopback'],
  ['http://１２７.０.０.１', 'loopback'],
  ['http://127。0。0。1', 'loopback'],
  ['http://user@127.0.0.1', 'loopback'],
  ['http://[::1]', 'loopback'],
  ['http://[0:0::0:1]', 'loopback'],
  ['http://[::ffff:127.0.0.1]', 'loopback'],
  ['http://[::ffff:7f00:1]', 'loopback'],
  ['http:\\\\127.0.0.1', 'loopback'],
  ['http://2852039166', 'link-local'],
  ['http://0xa9.0xfe.0xa9.0xfe', 'link-local'],
  ['http://0', 'unspecified'],
  ['http://[::]', 'unspecified'],
  ['http://4294967295', 'broadcast'],
] as const)('the host of %s is internal (%s)', ([url, kind]) => {
  expect(internalKind(peerOf(new URL(url)).hostname)).toBe(kind);
  expect(urlReach(url)).toBe('private');
});

describe('urlReach', () => {
  test.for([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'server',
    'directory.localhost',
    'directory.local',
    'directory.internal.',
    'directory.home.arpa',
    '10.lan',
  ])('returns "private" for the name %s', (name) => {
    expect([urlReach(`https://${name}`), urlReach(`http://${name}:8080`)]).toEqual(['private', 'private']);
  });

  // Names that begin or end like an address, or like a private name.
  test.for([
    '10.contoso.com',
    '127.contoso.com',
    '192.168.contoso.com',
    '172.16.contoso.com',
    '0.contoso.com',
    'localhost.contoso.com',
    'localhosting.example',
    'fd00.contoso.com',
    'fe80--1.ipv6.contoso.com',
    'directory.contoso.com.',
    '10.0.0.1.contoso.com',
  ])('returns "public" or "http" for the name %s', (name) => {
    expect([urlReach(`https://${name}`), urlReach(`http://${name}`)]).toEqual(['public', 'http']);
  });
});
