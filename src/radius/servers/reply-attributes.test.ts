import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import { findAttribute } from './dictionary/dictionary.ts';
import {
  checkReplies,
  isVlanReply,
  REPLIES_MAX,
  REPLY_BYTES_MAX,
  VLAN_ID_MAX,
  VLAN_NAME_LENGTH_MAX,
  vlanReplies,
} from './reply-attributes.ts';
import { VALUE_BYTES_MAX, valueBytesMax } from './reply-value.ts';

const one = (name: string, value: string, tag?: number) =>
  checkReplies([{ name, value, ...(tag !== undefined && { tag }) }])[0];
const refusal = (name: string, value = 'x', tag?: number) => errorOf(() => one(name, value, tag)).message;

describe('checkReplies()', () => {
  test.for([
    ['tunnel-type', 'vlan', { name: 'Tunnel-Type', tag: 0, value: 'VLAN' }],
    ['Tunnel-Medium-Type:3', '6', { name: 'Tunnel-Medium-Type', tag: 3, value: '6' }],
    [' Filter-Id ', ' keeps blanks ', { name: 'Filter-Id', tag: null, value: ' keeps blanks ' }],
    ['Filter-Id', '%{User-Name} "$(id)" \\', { name: 'Filter-Id', tag: null, value: '%{User-Name} "$(id)" \\' }],
    ['CISCO-AVPAIR', 'shell:priv-lvl=15', { name: 'Cisco-AVPair', tag: null, value: 'shell:priv-lvl=15' }],
    ['APC-Service-Type', 'readonly', { name: 'APC-Service-Type', tag: null, value: 'ReadOnly' }],
    ['Service-Type', 'Administrative-User', { name: 'Service-Type', tag: null, value: 'Administrative-User' }],
    ['Session-Timeout', '3600', { name: 'Session-Timeout', tag: null, value: '3600' }],
    ['Session-Timeout', '0xffffffff', { name: 'Session-Timeout', tag: null, value: '0xffffffff' }],
    ['Framed-IP-Address', '192.0.2.7', { name: 'Framed-IP-Address', tag: null, value: '192.0.2.7' }],
    ['Framed-IPv6-Prefix', '2001:db8::/64', { name: 'Framed-IPv6-Prefix', tag: null, value: '2001:db8::/64' }],
    ['Class', '0x0a0B', { name: 'Class', tag: null, value: '0x0a0B' }],
    ['Filter-Id', '访客网络', { name: 'Filter-Id', tag: null, value: '访客网络' }],
  ] as const)('accepts %s = %s', ([name, value, expected]) => {
    expect(one(name, value)).toEqual(expected);
  });

  test.for([
    ['Fliter-Id', 'FreeRADIUS has no attribute "Fliter-Id". Did you mean Filter-Id?'],
    ['cisco-av-pair', 'FreeRADIUS has no attribute "cisco-av-pair". Did you mean Cisco-AVPair?'],
    ['Voodoo-Attribute', 'Write the name as the dictionary of the device’s vendor does'],
    ['', 'FreeRADIUS has no attribute ""'],
    ['User-Password', 'it belongs to the exchange of credentials'],
    ['CHAP-Password', 'it belongs to the exchange of credentials'],
    ['MS-CHAP2-Success', 'it belongs to the exchange of credentials'],
    ['message-authenticator', 'the RADIUS engine sets it for each answer'],
    ['EAP-Message', 'the RADIUS engine sets it'],
    ['State', 'the RADIUS engine sets it'],
    ['Proxy-State', 'the RADIUS engine sets it'],
    ['User-Name', 'the RADIUS engine sets it'],
    ['MS-MPPE-Send-Key', 'the RADIUS engine sets it'],
    ['MS-MPPE-Encryption-Policy', 'the RADIUS engine sets it'],
    ['auth-type', 'Auth-Type cannot be a reply attribute: it controls FreeRADIUS itself'],
    ['Cleartext-Password', 'it controls FreeRADIUS itself'],
    ['Response-Packet-Type', 'it controls FreeRADIUS itself'],
    ['Tunnel-Password', 'it has a secret'],
    ['Vendor-Specific', 'it only contains other attributes'],
    ['IPv6-6rd-Configuration', 'it only contains other attributes'],
  ] as const)('refuses the attribute %s, and says why', ([name, reason]) => {
    expect(refusal(name)).toContain(reason);
  });

  test.for([
    ['Tunnel-Type', 'VLNA', 'Did you mean VLAN?'],
    ['Tunnel-Type', 'WIFI-6', 'Write a number, or one of PPTP, L2F, L2TP'],
    ['Tunnel-Preference', '16777216', 'from 0 to 16777215'],
    ['Session-Timeout', '4294967296', 'from 0 to 4294967295'],
    ['Session-Timeout', '-1', 'from 0 to 4294967295'],
    ['Session-Timeout', '1 hour', 'from 0 to 4294967295'],
    ['MIP6-Feature-Vector', '18446744073709551616', 'from 0 to 18446744073709551615'],
    ['Framed-IP-Address', 'host.example', 'write it like 192.0.2.1'],
    ['Framed-IPv6-Prefix', '2001:db8::/129', 'write it like 2001:db8::/64'],
    ['Framed-Interface-Id', '1:2:3', 'write it like 0011:2233:4455:6677'],
    ['Class', 'text', 'write it like 0x0a0a0a0a'],
    ['Originating-Line-Info', '0x0a0a0a', 'write it like 0x0a0a.'],
    ['Filter-Id', '', 'is empty'],
    ['Filter-Id', 'a\nb', 'control characters'],
    ['Filter-Id', '\ud800', 'control characters'],
  ] as const)('refuses %s = %s', ([name, value, reason]) => {
    expect(refusal(name, value)).toContain(reason);
  });

  test('accepts values of exactly the maximum length, and refuses longer ones', () => {
    for (const [name, max] of [
      ['Filter-Id', VALUE_BYTES_MAX],
      ['Cisco-AVPair', VALUE_BYTES_MAX - 6],
      ['Tunnel-Private-Group-Id', VALUE_BYTES_MAX - 1],
    ] as const) {
      const attribute = findAttribute(name) ?? expect.fail('the attribute exists');
      expect(valueBytesMax(attribute)).toBe(max);
      expect(one(name, 'x'.repeat(max))?.value).toHaveLength(max);
      expect(refusal(name, 'x'.repeat(max + 1))).toContain(`has ${max + 1} bytes, and at most ${max} fit`);
    }
    // The length counts in bytes.
    expect(refusal('Filter-Id', '网'.repeat(85))).toContain('has 255 bytes');
    expect(one('Class', `0x${'0a'.repeat(VALUE_BYTES_MAX)}`)?.name).toBe('Class');
    expect(refusal('Class', `0x${'0a'.repeat(VALUE_BYTES_MAX + 1)}`)).toContain(`has ${VALUE_BYTES_MAX + 1} bytes`);
  });

  test('accepts tags from 0 to 31 for tunnel attributes only', () => {
    expect(one('Tunnel-Type', 'VLAN', 31)).toEqual({ name: 'Tunnel-Type', tag: 31, value: 'VLAN' });
    expect(one('Tunnel-Type:31', 'VLAN', 31)?.tag).toBe(31);
    expect(refusal('Tunnel-Type', 'VLAN', 32)).toContain('from 0 to 31');
    expect(refusal('Tunnel-Type:32', 'VLAN')).toContain('from 0 to 31');
    expect(refusal('Tunnel-Type', 'VLAN', -1)).toContain('from 0 to 31');
    expect(refusal('Tunnel-Type:1', 'VLAN', 2)).toContain('in its name and in the field tag');
    expect(refusal('Filter-Id', 'x', 1)).toContain('has no tag');
    expect(refusal('Filter-Id:1', 'x')).toContain('has no tag');
  });

  test('accepts at most REPLIES_MAX attributes of at most REPLY_BYTES_MAX bytes in total, and names the first fault', () => {
    const reply = { name: 'Filter-Id', value: 'x' };
    expect(checkReplies(Array.from({ length: REPLIES_MAX }, () => reply))).toHaveLength(REPLIES_MAX);
    expect(errorOf(() => checkReplies(Array.from({ length: REPLIES_MAX + 1 }, () => reply))).message).toContain(
      `There are ${REPLIES_MAX + 1} reply attributes`,
    );
    const full = Array.from({ length: 12 }, () => ({ name: 'Filter-Id', value: 'x'.repeat(REPLY_BYTES_MAX / 12 - 8) }));
    expect(checkReplies(full)).toHaveLength(12);
    expect(errorOf(() => checkReplies([...full, reply])).message).toContain(`at most ${REPLY_BYTES_MAX} fit`);
    expect(errorOf(() => checkReplies([reply, { name: 'Filter', value: 'x' }]))).toMatchObject({
      code: 'invalidValue',
      attribute: 'replies[1].name',
    });
  });

  test('has the same refusals in Chinese', () => {
    expect(errorOf(() => one('User-Password', 'x'))).toMatchObject({
      chinese: 'User-Password 不能是回复属性：它属于凭据的交换，其他值会破坏身份验证。',
    });
  });
});

describe('vlanReplies()', () => {
  const texts = (vlan: string | number, tag?: number) =>
    checkReplies(vlanReplies({ vlan, tag })).map(({ name, tag: own, value }) => `${name}:${own}=${value}`);

  test('writes the three tunnel attributes for a number or a name, with the tag', () => {
    expect(texts(42)).toEqual(['Tunnel-Type:0=VLAN', 'Tunnel-Medium-Type:0=IEEE-802', 'Tunnel-Private-Group-Id:0=42']);
    expect(texts('0042')[2]).toBe('Tunnel-Private-Group-Id:0=42');
    expect(texts(' guests ', 3)).toEqual([
      'Tunnel-Type:3=VLAN',
      'Tunnel-Medium-Type:3=IEEE-802',
      'Tunnel-Private-Group-Id:3=guests',
    ]);
    expect(vlanReplies({ vlan: 1 }).every(isVlanReply)).toBe(true);
    expect(isVlanReply({ name: 'Filter-Id' })).toBe(false);
  });

  test('accepts the numbers and the names that a VLAN can have, and no others', () => {
    for (const vlan of [1, VLAN_ID_MAX, 'x'.repeat(VLAN_NAME_LENGTH_MAX)]) expect(texts(vlan)).toHaveLength(3);
    for (const vlan of [0, VLAN_ID_MAX + 1, '', ' ', 'x'.repeat(VLAN_NAME_LENGTH_MAX + 1), 'a\tb']) {
      expect(errorOf(() => vlanReplies({ vlan })).message).toContain('write its number from 1 to 4094, or its name');
    }
  });
});
