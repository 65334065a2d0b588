import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { decodeFile, decodeUtf8 } from './decode-text.ts';
import { readForm } from './read-form.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const MARK = '\u{feff}';
const NAME = 'Müller – 😀';

function swapped(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('decodeFile', () => {
  test.for([
    ['UTF-8', Buffer.from(NAME), '', 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from(MARK + NAME), '', 'utf-8'],
    ['UTF-8 with a header that names UTF-8', Buffer.from(NAME), 'UTF-8', 'utf-8'],
    ['UTF-16 with a byte order mark', Buffer.from(MARK + NAME, 'utf16le'), '', 'utf-16le'],
    ['big-endian UTF-16', swapped(MARK + NAME), '', 'utf-16be'],
    ['UTF-16 with a header that names another encoding', swapped(MARK + NAME), 'windows-1252', 'utf-16be'],
  ] as const)('decodes %s', ([, bytes, charset, encoding]) => {
    expect(decodeFile(bytes, charset)).toEqual({ text: NAME, encoding });
  });

  test.for(['windows-1252', 'CP1252', 'iso-8859-1', 'Latin1'])(
    'decodes Windows-1252 if the header names %s, and rejects it without the header',
    (charset) => {
      const bytes = Buffer.concat([latin('name\nM\xfcller '), Buffer.of(0x80)]);
      expect(decodeFile(bytes, charset)).toEqual({ text: 'name\nMüller €', encoding: 'windows-1252' });
      expect(() => decodeFile(bytes)).toThrow(/line 2 .*Save As, "CSV UTF-8".*"Müller €".*charset=windows-1252/s);
    },
  );

  test('quotes a rejected file in the message to its sender, but not in the text that events record', () => {
    try {
      decodeFile(latin('username,password\nann,s\xe9same'));
      expect.unreachable();
    } catch (error) {
      expect(String((error as Error).message)).toContain('sésame');
      expect((error as { readonly recorded: string }).recorded).not.toContain('same');
    }
  });

  test.for([
    ['half a character in UTF-8', Buffer.from('ü').subarray(0, 1), ''],
    ['half a character in UTF-16', Buffer.from(`${MARK}ab`, 'utf16le').subarray(0, 5), ''],
    ['half of a surrogate pair', Buffer.from(`${MARK}\ud83d`, 'utf16le'), ''],
    ['a byte that Windows-1252 does not define', Buffer.of(0x41, 0x81), 'windows-1252'],
    ['an unsupported encoding', Buffer.from('ab'), 'shift_jis'],
    ['UTF-16 without a byte order mark', Buffer.from('ü', 'utf16le'), 'utf-16le'],
  ] as const)('rejects %s', ([, bytes, charset]) => {
    expect(() => decodeFile(bytes, charset)).toThrow(/^The file is (not|in) /);
  });
});

test('decodeUtf8 rejects a text that is not UTF-8, and its error names the text and the line without quoting the text', () => {
  expect(() => decodeUtf8(latin('a\ns\xe9cret'), 'The body', 'invalidJson')).toThrow(
    /^The body is not UTF-8: line 2 has bytes that are not a character\. Send it in UTF-8\.$/,
  );
  expect(decodeUtf8(Buffer.from(NAME), 'The body', 'invalidJson')).toBe(NAME);
});

test('decodeUtf8 reports the line of an invalid byte even after a million lines, and at the boundary between two parts', () => {
  const lines = Buffer.concat([Buffer.alloc(1_000_000, '\n'), Buffer.from([0xff])]);
  expect(errorOf(() => decodeUtf8(lines, 'The form', 'invalidBody')).message).toContain('line 1000001 has bytes');
  // The first byte of "é" ends one part, and the next part does not continue it.
  const split = Buffer.concat([Buffer.alloc(65_535, 'a'), Buffer.from([0xc3, 0x0a])]);
  expect(errorOf(() => decodeUtf8(split, 'The form', 'invalidBody')).message).toContain('line 1 has bytes');
});

describe('readForm', () => {
  test('decodes the fields, and accepts a percent sign that a client did not escape', () => {
    expect([...readForm('name=M%C3%BCller&password=100%')]).toEqual([
      ['name', 'Müller'],
      ['password', '100%'],
    ]);
  });

  test.for(['name=M%FCller', 'M%FCller=x', 'password=%C3'])('rejects %s, since its bytes are not UTF-8', (text) => {
    expect(() => readForm(text)).toThrow(/of the form has bytes that are not UTF-8/);
  });

  test('rejects a form with a repeated field', () => {
    expect(() => readForm('token=a&token=b')).toThrow(/the field "token" twice/);
  });
});

/** Matches code that replaces bytes that it cannot decode instead of failing. */
const lenient =
  /parseAs: 'string'|readFile(?:Sync)?\([^;]*?'utf-?8'|toString\('utf-?8'\)|\btext\b[^;]*'node:stream\/consumers'/;

/** Files in which lenient decoding is safe, with the reason. */
const safe: Readonly<Record<string, string>> = {
  'src/base/secret-box.ts': 'the file holds base64',
  'src/console/built-pages.ts': 'the build wrote the page',
  'src/cli/launcher.ts': 'the system writes /proc, and only a number is read from it',
  'src/radius/certificates/engine-certificates.ts': 'this program wrote PEM and base64',
  'src/radius/client/try-sign-in.ts':
    'the text is only shown, and names and messages of a reply come from this program',
  'src/radius/policy-api/api-token.ts': 'the file holds base64, which is checked',
  'src/radius/setup/install-engine.ts': 'the system wrote the files, and only addresses and paths are read from them',
  'src/request-log/masked-words.ts': 'the text is only compared with words of a message',
  'src/rest-api/routes/oauth-routes.ts': 'the bytes are checked first',
};

test('only the listed source files use a decoder that replaces invalid bytes', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => join('src', path));
  const found = sources.filter((path) => lenient.test(readFileSync(path, 'utf8')));
  expect(found.toSorted()).toEqual(Object.keys(safe).toSorted());
});
