import { expect, test } from 'vitest';
import { readDictionary } from '../../../../tools/radius-dictionary.ts';
import { findAttribute, findControl, similarAttribute } from './dictionary.ts';

test('findAttribute() knows the attributes of the RFCs and of vendors, ignoring letter case', () => {
  expect(findAttribute('TUNNEL-PASSWORD')).toMatchObject({ name: 'Tunnel-Password', hasTag: true, isSecret: true });
  expect(findAttribute('arap-password')).toMatchObject({ type: 'octets', length: 16, isVendor: false });
  expect(findAttribute('APC-Service-Type')?.values).toContain('ReadOnly');
  for (const name of [
    'Cisco-AVPair',
    'Aruba-User-Role',
    'Ruckus-User-Groups',
    'Mikrotik-Group',
    'MS-Primary-DNS-Server',
    'Juniper-Local-User-Name',
    'Fortinet-Group-Name',
    'Meraki-Device-Name',
  ]) {
    expect(findAttribute(name), name).toMatchObject({ name, isVendor: true });
  }
  expect(findAttribute('Auth-Type')).toBeUndefined();
  expect(findControl('auth-type')).toBe('Auth-Type');
  expect(findControl('Filter-Id')).toBeUndefined();
  expect(similarAttribute('Sesion-Timeout')).toBe('Session-Timeout');
});

test('readDictionary() reads types, tags, secrets, vendors and named values', () => {
  const text = `
# A comment
ATTRIBUTE\tTunnel-Type\t64\tinteger\thas_tag
ATTRIBUTE\tTunnel-Password\t69\tstring\thas_tag,encrypt=2
VALUE\tTunnel-Type\tVLAN\t13
BEGIN-VENDOR\tAPC
ATTRIBUTE\tAPC-Outlets\t2\tSTRING # lower case in the table
END-VENDOR APC
ATTRIBUTE\tClass\t25\toctets
`;
  const { attributes, values } = readDictionary(text);
  expect(attributes).toEqual([
    { name: 'Tunnel-Type', type: 'integer', flags: ['tag'] },
    { name: 'Tunnel-Password', type: 'string', flags: ['tag', 'secret'] },
    { name: 'APC-Outlets', type: 'string', flags: ['vendor'] },
    { name: 'Class', type: 'octets', flags: [] },
  ]);
  expect(values).toEqual(new Map([['Tunnel-Type', ['VLAN']]]));
});
