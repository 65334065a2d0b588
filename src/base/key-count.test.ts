import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { BODY_KEYS_MAX, OBJECT_KEYS_MAX, requireKeyLimit, WIDE_KEYS_MAX } from './key-count.ts';
import { readJson } from './read-json.ts';

const object = (keys: number, from = 0) =>
  `{${Array.from({ length: keys }, (_, at) => `"key${from + at}":"a"`).join(',')}}`;

describe('the keys of one object', () => {
  test('are accepted up to the limit and rejected beyond it', () => {
    expect(() => requireKeyLimit(object(OBJECT_KEYS_MAX))).not.toThrow();
    expect(errorOf(() => requireKeyLimit(object(OBJECT_KEYS_MAX + 1)))).toMatchObject({
      code: 'tooManyKeys',
      message: expect.stringContaining('An object of the body has more than 5000 keys, at position'),
    });
  });

  test.for<[string, (keys: number) => string]>([
    ['a nested object', (keys) => `{"name":${object(keys)}}`],
    ['an element of a list', (keys) => `{"emails":[{},${object(keys)}]}`],
    ['an object around a nested one', (keys) => object(keys).replace('"a"', object(10))],
    ['an object after a nested one', (keys) => object(keys).replace('"a"}', '{"x":1}}')],
  ])('are counted in %s', ([, text]) => {
    expect(() => requireKeyLimit(text(OBJECT_KEYS_MAX))).not.toThrow();
    expect(errorOf(() => requireKeyLimit(text(OBJECT_KEYS_MAX + 1))).code).toBe('tooManyKeys');
  });

  test('are not counted inside strings, even with escapes', () => {
    const text = (value: string) => JSON.stringify({ a: value.repeat(OBJECT_KEYS_MAX + 1), b: 1 });
    for (const value of ['{"a":1,"b":1}', ':', '\\', '\\":', '"']) {
      expect(() => requireKeyLimit(text(value)), value).not.toThrow();
    }
  });
});

describe('the keys of a body', () => {
  const elements = (keys: number) => `[${'{"a":1},'.repeat(keys - 1)}{"a":1}]`;

  test('are accepted up to the limit and rejected beyond it', () => {
    expect(() => requireKeyLimit(elements(BODY_KEYS_MAX))).not.toThrow();
    expect(errorOf(() => requireKeyLimit(elements(BODY_KEYS_MAX + 1)))).toMatchObject({
      code: 'tooManyKeys',
      message: expect.stringContaining('The body has more than 500000 keys'),
    });
  });
});

describe('the keys of wide objects', () => {
  const wide = (keys: number) =>
    `[${object(4_000)},${object(4_000)},${object(4_000)},${object(4_000)},${object(keys)}]`;

  test('are accepted up to the limit on their total number and rejected beyond it', () => {
    expect(() => requireKeyLimit(wide(WIDE_KEYS_MAX - 16_000))).not.toThrow();
    expect(errorOf(() => requireKeyLimit(wide(WIDE_KEYS_MAX - 15_999)))).toMatchObject({
      code: 'tooManyKeys',
      message: expect.stringContaining('more than 20000 keys in total'),
    });
  });
});

test.for(['ignoreCase', 'exact'] as const)(
  'readJson rejects a body with too many keys before parsing it (comparing keys: %s)',
  (keys) => {
    // The text has no closing brace. Only a parser that reads the whole text can report that it is not valid JSON.
    const text = object(OBJECT_KEYS_MAX + 1).slice(0, -1);
    expect(errorOf(() => readJson(text, keys)).code).toBe('tooManyKeys');
    expect(errorOf(() => readJson(object(OBJECT_KEYS_MAX).slice(0, -1), keys)).code).toBe('invalidJson');
  },
);

test('readJson reports an unterminated string as invalid JSON', () => {
  expect(errorOf(() => readJson(`{"a":"${'x'.repeat(5 * OBJECT_KEYS_MAX)}`, 'exact')).code).toBe('invalidJson');
});
