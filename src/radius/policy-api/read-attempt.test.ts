import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { decodeEngineText } from './engine-text.ts';
import { NAME_BYTES_MAX, PASSWORD_BYTES_MAX, readAttempt } from './read-attempt.ts';

const text = (...value: readonly string[]) => ({ type: 'string', value });
/** What the module rest writes for the UTF-8 bytes of a text. */
const sent = (value: string) => Buffer.from(value, 'utf8').toString('latin1');
const body = {
  'User-Name': text('ann'),
  'User-Password': text('secret'),
  'Tanhua-Client': text('c1'),
  'Tanhua-Address': text('192.0.2.1'),
  'Tanhua-Method': text('pap'),
  'NAS-Port': { type: 'integer', value: [7] },
};

describe('decodeEngineText', () => {
  test('restores every text byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        fc.pre(value.isWellFormed());
        expect(decodeEngineText(sent(value))).toBe(value);
      }),
    );
    expect(decodeEngineText(sent('pä55wörd-🐎-密码'))).toBe('pä55wörd-🐎-密码');
    expect(decodeEngineText(sent('\u{feff}x')), 'a byte order mark').toBe('\u{feff}x');
  });

  test.for(['\u00e4', '\u00c3', '\u00ed\u00a0\u0080', '\u00c0\u0080', '密'])(
    'returns null for %j, which is not UTF-8 bytes',
    (value) => {
      expect(decodeEngineText(value)).toBeNull();
    },
  );
});

describe('readAttempt', () => {
  test('reads the attributes of our configuration and ignores others', () => {
    expect(readAttempt(body)).toEqual({
      clientId: 'c1',
      address: '192.0.2.1',
      userName: 'ann',
      password: 'secret',
      method: 'pap',
      outerName: null,
      callingStation: null,
      calledStation: null,
    });
    const tunnel = {
      ...body,
      'User-Name': text(sent('安娜@contoso.example')),
      'Tanhua-Method': text('eapTtlsPap'),
      'Tanhua-Outer-Name': text('anonymous@contoso.example'),
      'Tanhua-Calling-Station': text('02-00-5E-10-00-01'),
      'Tanhua-Called-Station': text('02-00-5E-10-00-02:corp'),
    };
    expect(readAttempt(tunnel)).toMatchObject({
      userName: '安娜@contoso.example',
      method: 'eapTtlsPap',
      outerName: 'anonymous@contoso.example',
      callingStation: '02-00-5E-10-00-01',
      calledStation: '02-00-5E-10-00-02:corp',
    });
  });

  test('has no password for a method that is not supported', () => {
    const attempt = readAttempt({ ...body, 'Tanhua-Method': text('unsupported') });
    expect(attempt).toMatchObject({ method: 'unsupported', password: null });
    expect(readAttempt({ ...body, 'Tanhua-Method': text('chap') }).method).toBe('unsupported');
  });

  test.for<readonly [why: string, value: object]>([
    ['two values', text('ann', 'bob')],
    ['no value', text()],
    ['an empty value', text('')],
    ['a number', { type: 'integer', value: [1] }],
    ['bytes that are not UTF-8', text('\u00ff')],
    ['a NUL, which PostgreSQL cannot store', text('ann\0')],
    ['a line break', text('ann\nbob')],
  ])('has no name for %s', ([, value]) => {
    expect(readAttempt({ ...body, 'User-Name': value }).userName).toBeNull();
  });

  test('has a name of NAME_BYTES_MAX bytes and a password of PASSWORD_BYTES_MAX bytes, but no longer ones', () => {
    const read = (bytes: number, name: string) => readAttempt({ ...body, [name]: text('x'.repeat(bytes)) });
    expect(read(NAME_BYTES_MAX, 'User-Name').userName).toHaveLength(NAME_BYTES_MAX);
    expect(read(NAME_BYTES_MAX + 1, 'User-Name').userName).toBeNull();
    expect(read(PASSWORD_BYTES_MAX, 'User-Password').password).toHaveLength(PASSWORD_BYTES_MAX);
    expect(read(PASSWORD_BYTES_MAX + 1, 'User-Password').password).toBeNull();
  });

  test('keeps control characters, spaces and a NUL in a password', () => {
    expect(readAttempt({ ...body, 'User-Password': text(' \0\n\u007f ') }).password).toBe(' \0\n\u007f ');
  });

  test.for([null, [], 'x', { 'User-Name': 'ann' }, { 'User-Name': { type: 'string', value: ['ann'], more: 1 } }])(
    'throws for %j',
    (other) => {
      expect(() => readAttempt(other)).toThrow(ZodError);
    },
  );
});
