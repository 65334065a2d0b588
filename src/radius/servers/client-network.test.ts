import { describe, expect, test } from 'vitest';
import { clientNetwork, containingKeys, IPV4_PREFIX_MIN, IPV6_PREFIX_MIN, prefixOfKey } from './client-network.ts';

describe('clientNetwork()', () => {
  test.for([
    ['192.0.2.7', '192.0.2.7', '4/32/c0000207'],
    [' 192.0.2.7/32 ', '192.0.2.7', '4/32/c0000207'],
    ['192.0.2.7/24', '192.0.2.0/24', '4/24/c0000200'],
    ['192.0.2.255/25', '192.0.2.128/25', '4/25/c0000280'],
    ['10.255.0.1/9', '10.128.0.0/9', '4/9/0a800000'],
    ['::ffff:192.0.2.7', '192.0.2.7', '4/32/c0000207'],
    ['::ffff:192.0.2.7/120', '192.0.2.0/24', '4/24/c0000200'],
    ['::FFFF:C000:0207', '192.0.2.7', '4/32/c0000207'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', '6/128/20010db8000000000000000000000001'],
    ['2001:db8:1:2:3::/36', '2001:db8::/36', '6/36/20010db8000000000000000000000000'],
    ['2001:db8::1/128', '2001:db8::1', '6/128/20010db8000000000000000000000001'],
    ['::1', '::1', '6/128/00000000000000000000000000000001'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221', '6/128/0064ff9b0000000000000000c0000221'],
  ] as const)('writes %s as %s', ([sent, text, key]) => {
    expect(clientNetwork(sent)).toMatchObject({ text, key });
  });

  test.for([
    '',
    'access-point',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1/33',
    '2001:db8::/129',
    '::ffff:192.0.2.1/95',
    '192.0.2.1/',
    '1.2.3.4/-1',
    '1:2',
  ])('refuses %s', (text) => {
    expect(clientNetwork(text)).toBeUndefined();
  });
});

describe('containingKeys()', () => {
  test('has the key of every network that contains the address, the longest prefix first', () => {
    for (const [address, networks] of [
      ['192.0.2.7', ['192.0.2.7', '192.0.2.0/24', '192.0.0.0/16', `192.0.0.0/${IPV4_PREFIX_MIN}`]],
      ['2001:db8:1:2::7', ['2001:db8:1:2::7', '2001:db8:1:2::/64', '2001:db8::/32', `2001::/${IPV6_PREFIX_MIN}`]],
    ] as const) {
      const keys = containingKeys(address);
      expect(keys).toEqual(keys.toSorted((one, other) => prefixOfKey(other) - prefixOfKey(one)));
      for (const network of networks) expect(keys, network).toContain(clientNetwork(network)?.key);
    }
    expect(containingKeys('192.0.2.7')).toHaveLength(32 - IPV4_PREFIX_MIN + 1);
    expect(containingKeys('2001:db8::1')).toHaveLength(128 - IPV6_PREFIX_MIN + 1);
  });

  test('treats an IPv4 address in its IPv6 form as IPv4, and ignores a zone', () => {
    expect(containingKeys('::ffff:192.0.2.7')).toEqual(containingKeys('192.0.2.7'));
    expect(containingKeys('fe80::1%eth0')).toEqual(containingKeys('fe80::1'));
  });

  test('is empty for a text that is not an address', () => {
    for (const text of ['', 'x', '192.0.2.0/24', '300.1.1.1', '::1]/']) expect(containingKeys(text)).toEqual([]);
  });
});
