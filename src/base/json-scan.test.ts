import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { readJson } from './read-json.ts';
import { BODY_DEPTH_MAX, scanJson } from './json-scan.ts';

/** Pieces of JSON text as clients may write them: with spaces, and with unnecessary escapes. */
const space = fc.constantFrom('', '', ' ', '\n\t', '\r\n');
const spaced = (text: fc.Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(''));
const escapeAll = (text: string) =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
const written = (text: string) =>
  fc.constantFrom(JSON.stringify(text), `"${escapeAll(text)}"`, JSON.stringify(text).replaceAll('/', '\\/'));
const marks = fc.constantFrom('\\', '"', '\\"', '\\\\', '{', '}', '[', ',', ':', '1e999', '\u2028', 'Å', '漢', '😀');
const text = fc.oneof(
  fc.string(),
  marks,
  fc.tuple(fc.string(), marks).map((parts) => parts.join('')),
);
const key = fc
  .oneof(text, fc.constantFrom('userName', 'emails', 'toString'))
  .filter((name) => !name.includes('\0') && name.isWellFormed() && !forbidden.has(name));
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const number = fc.oneof(
  fc.maxSafeInteger().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => {
    const plain = JSON.stringify(value);
    return /[.e]/.test(plain) || Number.isSafeInteger(value) ? plain : `${plain}.0`;
  }),
  fc.constantFrom('-0', '0.10', '1E5', '1e-999', '9007199254740991', '-9007199254740991', '12345678901234567890.5'),
);

/** Enough members for an object that KeyList uses a Map for its keys. */
const MEMBERS_MAX = 12;
const { value, duplicate } = fc.letrec<{ value: string; duplicate: string }>((tie) => {
  const member = (name: string) =>
    fc.tuple(spaced(written(name)), spaced(tie('value'))).map((parts) => parts.join(':'));
  const names = fc.uniqueArray(key, { maxLength: MEMBERS_MAX, selector: (name) => name.toLowerCase() });
  const members = names.chain((chosen) => fc.tuple(...chosen.map(member)));
  const inObject = (inner: readonly string[]) => `{${inner.join(',')}}`;
  const inArray = (inner: readonly string[]) => `[${inner.join(',')}]`;
  const scalar = fc.oneof(text.chain(written), number, fc.constantFrom('true', 'false', 'null', '[]', '{ }'));
  const values = fc.array(spaced(tie('value')), { maxLength: 4 });
  const twice = names
    .filter((chosen) => chosen.length > 0)
    .chain((chosen) => {
      const last = chosen.at(-1) ?? '';
      const again = fc
        .constantFrom(last, last.toUpperCase(), last.toLowerCase())
        .filter((name) => name.toLowerCase() === last.toLowerCase() && !forbidden.has(name));
      return fc.tuple(...chosen.map(member), again.chain(member)).map((all) => inObject(all));
    });
  return {
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      scalar,
      values.map(inArray),
      members.map(inObject),
    ),
    duplicate: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      twice,
      fc.tuple(values, tie('duplicate'), values).map(([before, one, after]) => inArray([...before, one, ...after])),
      fc.tuple(members, tie('duplicate')).map(([others, one]) => inObject([...others, `"with the fault":${one}`])),
    ),
  };
});

describe('for generated JSON', () => {
  test('readJson returns the same value as JSON.parse if there is no fault', () => {
    fc.assert(
      fc.property(value, (body) => {
        expect(readJson(body, 'ignoreCase')).toEqual(JSON.parse(body));
      }),
      { numRuns: 1_000 },
    );
  });

  test('scanJson finds a duplicate key anywhere in the text', () => {
    fc.assert(
      fc.property(duplicate, (body) => {
        JSON.parse(body);
        expect(errorOf(() => scanJson(body)).code, body).toBe('duplicateKey');
      }),
      { numRuns: 300 },
    );
  });
});

test.for<[body: string, code: string, position: number]>([
  ['{"a":1,"a":2}', 'duplicateKey', 7],
  ['{"userName":"a","USERNAME":"b"}', 'duplicateKey', 16],
  ['{"a":1,"\\u0061":2}', 'duplicateKey', 7],
  ['{"a":{"b":1},"c":[{"b":1},{"b":1,"b":1}]}', 'duplicateKey', 33],
  ['{"a\\\\":"\\"","a\\\\":1}', 'duplicateKey', 12],
  ['{"kind":1,"\u212aind":2}', 'duplicateKey', 10],
  ['{"x":"\\\\","__proto__":1}', 'forbiddenKey', 10],
  ['{"\\u005f_proto__":1}', 'forbiddenKey', 1],
  ['[{"constructor":1}]', 'forbiddenKey', 2],
  ['{"a\\u0000":1}', 'forbiddenKey', 1],
  ['{"\\ud800":1}', 'forbiddenKey', 1],
  ['{"a":9007199254740992}', 'unsafeNumber', 5],
  ['[-9007199254740992]', 'unsafeNumber', 1],
  ['[1, 123456789012345678901234567890]', 'unsafeNumber', 4],
  ['[1e400]', 'unsafeNumber', 1],
  ['-1.5E+309', 'unsafeNumber', 0],
  [`${'['.repeat(BODY_DEPTH_MAX)}{}${']'.repeat(BODY_DEPTH_MAX)}`, 'bodyTooDeep', BODY_DEPTH_MAX],
])('scanJson rejects %s with the error %s at position %d', ([body, code, position]) => {
  JSON.parse(body);
  expect(errorOf(() => scanJson(body))).toMatchObject({ code, position });
});

test('scanJson finds a duplicate among many keys, and its error message quotes both spellings', () => {
  const members = Array.from({ length: 1_000 }, (_, at) => `"Attribute${at}":${at}`);
  const body = (more: string) => `{${[...members, more].join(',')}}`;
  expect(() => scanJson(body('"attribute":1'))).not.toThrow();
  for (const at of [0, 7, 8, 9, 999]) {
    const error = errorOf(() => scanJson(body(`"ATTRIBUTE${at}":1`)));
    expect(error.message).toContain(`"Attribute${at}" and "ATTRIBUTE${at}"`);
  }
});

test('the error messages of scanJson do not contain values', () => {
  for (const body of ['{"password":"hunter2","password":"hunter2"}', '{"password":22222222222222222222}']) {
    expect(errorOf(() => scanJson(body)).message).not.toMatch(/hunter|2222/);
  }
});
