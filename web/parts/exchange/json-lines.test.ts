import { describe, expect, test } from 'vitest';
import { namedFault } from '#request-log/named-fault.ts';
import { faultLines } from './fault-lines.ts';
import { jsonLines } from './json-lines.ts';

/** The lines as text, with their indentation. */
function shown(text: string): readonly string[] {
  return jsonLines(text).map(({ depth, tokens }) => '  '.repeat(depth) + tokens.map((token) => token.text).join(''));
}

describe('jsonLines', () => {
  test('puts each member on a line, and short lists of plain values on one', () => {
    expect(shown('{"a":{"b":1},"c":[1, "x"],"d":[],"e":{}}')).toStrictEqual([
      '{',
      '  "a": {',
      '    "b": 1',
      '  },',
      '  "c": [1, "x"],',
      '  "d": [],',
      '  "e": {}',
      '}',
    ]);
  });

  test('keeps numbers, escapes and repeated members as they were sent', () => {
    expect(shown(String.raw`{"n":12345678901234567890.10,"s":"a\"b{,","n":1e400}`)).toStrictEqual([
      '{',
      '  "n": 12345678901234567890.10,',
      String.raw`  "s": "a\"b{,",`,
      '  "n": 1e400',
      '}',
    ]);
  });

  test('shows a body that was cut to its end', () => {
    expect(shown('{"members":[{"value":"67d1')).toStrictEqual(['{', '  "members": [', '    {', '      "value": "67d1']);
  });

  test('keeps the lines of a text that is not JSON', () => {
    expect(shown('hello\n{"a":1}')).toStrictEqual(['hello', '{"a":1}']);
  });

  test('marks masked values, and keeps names apart from values', () => {
    const [, line] = jsonLines('{"password":"********"}');
    expect(line?.tokens.map(({ kind }) => kind)).toStrictEqual(['name', 'punctuation', 'masked']);
  });
});

describe('faultLines', () => {
  test.each([
    ['{"userName":"bob@c.com","emails":[{"value":"bob@c.com"}]}', 'userName "bob@c.com" is an email address', [1]],
    [
      '{"Operations":[{"op":"add","path":"urn:x:2.0:User:employeeNumber","value":"40217"}]}',
      'urn:x:2.0:User:employeeNumber "40217" already belongs to ann.',
      [4, 5],
    ],
    ['{"emails":[{"type":"work"}]}', 'emails[type eq "work"].value is missing: each user needs one.', [1]],
    ['{"title":"x"}', 'emails[type eq "work"].value is missing: each user needs one.', []],
    ['{"title":"x"}', null, []],
  ])('of %s, finds what %s means', (body, reason, expected) => {
    expect([...faultLines(jsonLines(body), namedFault(reason ?? '') ?? null)]).toStrictEqual(expected);
  });
});
