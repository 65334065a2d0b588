import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { alternatives } from './choices.ts';
import { anyCharacter } from '../../tests/support/any-text.ts';
import { readConfig } from './config.ts';
import { errorTable } from './error-table.ts';
import { AppError, assert, quote } from './errors.ts';
import { compareCodePoints, fold } from './fold.ts';
import { newId } from './ids.ts';

describe('text comparison', () => {
  test.for([
    ['ÅSA', 'åsa'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['e\u0301', 'É'],
    ['ИВАН', 'иван'],
    ['Ǆ', 'ǆ'],
  ] as const)('with fold() gives "%s" and "%s" the same key', ([left, right]) => {
    expect(fold(left)).toBe(fold(right));
  });

  test('with fold() gives different letters different keys', () => {
    expect(fold('ı')).not.toBe(fold('ü'));
    expect(fold('asa')).not.toBe(fold('åsa'));
  });

  test('with fold() leaves a folded text unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('with compareCodePoints() orders texts like their UTF-8 bytes', () => {
    const texts = fc.string({ unit: anyCharacter });
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const wanted = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareCodePoints(left, right))).toBe(wanted);
      }),
      { numRuns: 3_000 },
    );
    expect(compareCodePoints('\uFFEE', '\u{1F600}')).toBeLessThan(0);
    expect(compareCodePoints('\u{1F600}', '\uFFEE')).toBeGreaterThan(0);
  });
});

test('alternatives() lists words with commas, and the last one after "or"', () => {
  const lists = [[], ['off'], ['on', 'off'], ['off', 'refusals', 'writes', 'all']];
  expect(lists.map(alternatives)).toEqual(['', 'off', 'on or off', 'off, refusals, writes or all']);
});

test('new ids have 24 hex digits, are unique, and sort by the second of their creation', () => {
  const at = (seconds: number) => newId({ now: () => new Date(seconds * 1000) });
  expect(at(1_767_603_600)).toMatch(/^695b7d90[0-9a-f]{16}$/);
  expect(new Set(Array.from({ length: 1_000 }, () => at(1)))).toHaveProperty('size', 1_000);
  expect(at(10) < at(11)).toBe(true);
});

test('an AppError keeps its definition and cause, and quote() escapes and shortens values', () => {
  expect(new AppError('noTarget', 'x').definition).toBe(errorTable.noTarget);
  expect(new AppError('internal', 'x', { cause: 'y' }).cause).toBe('y');
  expect(() => assert(false, 'impossible')).toThrow('Assertion failed: impossible');
  expect(quote(undefined)).toBe('nothing');
  expect(quote('x'.repeat(200))).toHaveLength(81);
  expect(quote({ pin: '1' })).toBe('{…}');
  expect(quote([{ pin: '1' }])).toBe('[…]');
  expect(quote(' {"pin":\n"1"}')).toBe('"{…}"');
  expect(quote(['a', 'b'])).toBe('["a","b"]');
  expect(quote('[type eq "work"]')).toBe(String.raw`"[type eq \"work\"]"`);
  expect(quote('a\u202eb\u009b\u007f\u2028')).toBe('"a\\u202eb\\u009b\\u007f\\u2028"');
  expect(quote('سارا\u200cنی')).toBe('"سارا\u200cنی"');
  expect(quote('x'.repeat(78) + '😀').isWellFormed()).toBe(true);
});

describe('the configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string | Buffer) => {
    const path = join(folder, `secret-${text.length}`);
    writeFileSync(path, text);
    return path;
  };

  test('has defaults for settings that are not in the environment', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataDir: './data',
      publicUrl: undefined,
      bootstrapRules: 'strict',
    });
  });

  test('reads values from variables and from files, and masks secrets in the list of settings', () => {
    const config = readConfig({
      TANHUA_PORT: '0',
      TANHUA_PUBLIC_URL: 'https://directory.example/base//',
      TANHUA_BOOTSTRAP_API_KEY_FILE: file(`${'k'.repeat(32)}\n`),
      PATH: 'other programs have settings too',
    });
    expect(config).toMatchObject({
      port: 0,
      publicUrl: 'https://directory.example/base',
      bootstrapApiKey: 'k'.repeat(32),
    });
    expect(config.shown).toContainEqual({ name: 'TANHUA_BOOTSTRAP_API_KEY', value: '********', source: 'file' });
    expect(JSON.stringify(config.shown)).not.toContain('kkk');
  });

  test('rejects a secret file that is not UTF-8, without quoting its content', () => {
    const path = file(Buffer.from('s\xe9same '.repeat(8), 'latin1'));
    const read = () => readConfig({ TANHUA_BOOTSTRAP_PASSWORD_FILE: path });
    expect(read).toThrow(/^TANHUA_BOOTSTRAP_PASSWORD_FILE .*is not UTF-8/);
    expect(read).not.toThrow(/same/);
  });

  test.for<[Record<string, string>, RegExp]>([
    [{ TANHUA_PORT: '65536' }, /TANHUA_PORT is "65536"/],
    [{ TANHUA_PORT: '-1' }, /whole number/],
    [{ TANHUA_PUBLIC_URL: 'ftp://x' }, /TANHUA_PUBLIC_URL/],
    [{ TANHUA_LOG_LEVEL: 'loud' }, /TANHUA_LOG_LEVEL/],
    [{ TANHUA_BOOTSTRAP_RULES: 'loose' }, /TANHUA_BOOTSTRAP_RULES/],
    [{ TANHUA_BOOTSTRAP_ORGANIZATION: 'n'.repeat(201) }, /TANHUA_BOOTSTRAP_ORGANIZATION/],
    [{ TANHUA_BOOTSTRAP_ORGANIZATION: ' ' }, /TANHUA_BOOTSTRAP_ORGANIZATION/],
    [{ TANHUA_BOOTSTRAP_API_KEY: 'k'.repeat(31) }, /TANHUA_BOOTSTRAP_API_KEY is not valid/],
    [{ TANHUA_BOOTSTRAP_API_KEY: `${'k'.repeat(32)} ` }, /printable ASCII/],
    [{ TANHUA_BOOTSTRAP_SECRET_TOKEN: 'k'.repeat(31) }, /TANHUA_BOOTSTRAP_SECRET_TOKEN is not valid/],
    [{ TANHUA_BOOTSTRAP_PASSWORD: 'p'.repeat(11) }, /TANHUA_BOOTSTRAP_PASSWORD is not valid/],
    [{ TANHUA_DATABASE: 'x' }, /TANHUA_DATABASE is not a setting/],
    [{ TANHUA_HOST: 'x', TANHUA_HOST_FILE: 'y' }, /both set/],
    [{ TANHUA_HOST_FILE: '/does/not/exist' }, /cannot be read/],
  ])('rejects %j', ([environment, message]) => {
    expect(() => readConfig(environment)).toThrow(
      expect.objectContaining({ code: 'configuration', message: expect.stringMatching(message) }),
    );
  });

  test('accepts values that are exactly at their limits', () => {
    expect(
      readConfig({
        TANHUA_PORT: '65535',
        TANHUA_BOOTSTRAP_PASSWORD: 'p'.repeat(12),
        TANHUA_BOOTSTRAP_ORGANIZATION: 'n'.repeat(200),
      }),
    ).toMatchObject({
      bootstrapOrganization: 'n'.repeat(200),
      port: 65_535,
    });
  });
});
