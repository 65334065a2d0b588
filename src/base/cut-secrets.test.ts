import { describe, expect, test, vi } from 'vitest';
import { CUT_CREDENTIAL_MIN, withoutCutSecrets } from './cut-secrets.ts';
import { cutText } from './cut-text.ts';
import { CUT_WORD_LENGTH_MIN, ownSecrets, SentSecrets } from './sent-secrets.ts';

const TOKEN = 'tns_9x0X8RdlNyT1mTwmcu3s';
const MASK = '********';
const unicode = (text: string) =>
  Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const percent = (text: string) =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Each form in which a message quotes a text. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'as JSON': (text) => JSON.stringify(text).slice(1, -1),
  'in a URL': encodeURIComponent,
  'in a URL, each byte': percent,
  'in JSON, each character': unicode,
  'in capitals': (text) => text.toUpperCase(),
};

describe.for(Object.entries(forms))('a secret %s', ([, form]) => {
  test.for(['Hand-set.key', String.raw`ab"c\d/e f%20&é`, 'ababacababab', 'tnh_short'])(
    'that was cut is replaced, wherever the cut is: %s',
    (credential) => {
      const whole = form(credential);
      for (let length = 1; length < whole.length; length += 1) {
        for (const before of ['', 'x', ' ', credential.slice(0, 3), '\\']) {
          const cut = cutText(`${before}${whole} y`, before.length + length);
          const replaced = new SentSecrets(credential).replaceIn(cut, MASK);
          // Of a form with escapes, so much that the first characters remain.
          const shortest = form(credential.slice(0, CUT_CREDENTIAL_MIN)).length;
          if (length >= shortest) expect(replaced, cut).toBe(`${before === '\\' ? '' : before}${MASK}…`);
          else expect(replaced.length, cut).toBeLessThanOrEqual(cut.length + MASK.length);
        }
      }
    },
  );
});

test('the beginning of a token of the product is replaced before the mark of a cut', () => {
  for (let length = 4; length < TOKEN.length; length += 1) {
    for (const form of [TOKEN, percent(TOKEN)]) {
      const cut = cutText(`see ${form}`, 4 + (form === TOKEN ? length : length * 3));
      expect(ownSecrets.replaceIn(cut, MASK), cut).toBe(`see ${MASK}…`);
    }
  }
  expect(withoutCutSecrets(`ok… ${TOKEN.slice(0, 9)}… z`, '', MASK)).toBe(`ok… ${MASK}… z`);
});

test('other texts before a mark, and beginnings without one, stay', () => {
  const secrets = new SentSecrets('Hand-set.key');
  for (const text of ['Han…', 'and-set…', 'Hand-set', 'see tn…', 'Hand-set …', '…', 'Hand-set.…'.slice(0, 3)]) {
    expect(secrets.replaceIn(text, MASK)).toBe(text);
  }
});

test('the beginning of a masked word is replaced before the mark of a cut', () => {
  const secrets = new SentSecrets(undefined, new Set(['pa55word']));
  for (let length = 1; length <= 8; length += 1) {
    const cut = `${'pa55word'.slice(0, length)}…`;
    expect(secrets.replaceIn(cut, MASK)).toBe(length < CUT_WORD_LENGTH_MIN ? cut : `${MASK}…`);
  }
  expect(secrets.replaceIn('pa55 …', MASK)).toBe('pa55 …');
});

test('the beginning of a credential with a character of two UTF-16 units is replaced', () => {
  expect(new SentSecrets('key🌸secret').replaceIn('see key🌸sec…', MASK)).toBe(`see ${MASK}…`);
});

/** Returns how often the code of a character is read while a text is searched. */
function readsOf(text: string, credential: string): number {
  const read = vi.spyOn(String.prototype, 'charCodeAt');
  try {
    withoutCutSecrets(text, credential, MASK);
    return read.mock.calls.length;
  } finally {
    read.mockRestore();
  }
}

// A client can fill a body with the beginning of the credential of its request. A regular expression read the backslashes again for each of them.
test.for<[name: string, part: string, credential: string]>([
  ['the beginning of the credential', 'Hand-set.ke…', 'Hand-set.key'],
  ['one letter', `${'a'.repeat(39)}…`, 'a'.repeat(40)],
  ['escapes of JSON', `${unicode('Hand-set.ke')}…`, 'Hand-set.key'],
  ['escapes of a URL', `${percent('Hand-set.ke')}…`, 'Hand-set.key'],
  ['backslashes', `${'\\'.repeat(99)}…`, String.raw`\\\${'x'.repeat(20)}`],
  ['backslashes after a letter', `a${'\\'.repeat(99)}…`, `abcd${'x'.repeat(20)}`],
])('reads each character of a text of %s at most READS_MAX times', ([, part, credential]) => {
  const READS_MAX = 20;
  for (const count of [1, 10, 200]) {
    const text = part.repeat(count);
    const reads = readsOf(text, credential);
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThanOrEqual(text.length * READS_MAX);
  }
});

test('cutText cuts at the limit, and not in a surrogate pair', () => {
  expect([cutText('abc', 3), cutText('abcd', 3)]).toEqual(['abc', 'abc…']);
  expect(cutText('ab😀', 3).isWellFormed()).toBe(true);
});
