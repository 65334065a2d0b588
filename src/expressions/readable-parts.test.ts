import { expect, test } from 'vitest';
import { READABLE_PARTS_MAX, readablePartsOf } from './readable-parts.ts';

const textsIn = (text: string, attributes?: readonly string[]) =>
  readablePartsOf(text, { attributes }).map(({ offset, parsed }) => [offset, parsed.text]);

test.each([
  ['Join(".", [givenName]', [[10, '[givenName]']]],
  [
    'Join(".", ToLower([givenName]), Foo([mail]))',
    [
      [10, 'ToLower([givenName])'],
      [36, '[mail]'],
    ],
  ],
  ['Append(ToUpper(ToLower([mail])), "x', [[7, 'ToUpper(ToLower([mail]))']]],
  ['[mail] & "x"', [[0, '[mail]']]],
  ['Append([mail], [unknown', [[7, '[mail]']]],
  ['ToLower([unknown]', []],
  [
    'Append([mail], SelectUniqueValue([mail]), ',
    [
      [7, '[mail]'],
      [33, '[mail]'],
    ],
  ],
  ['"open', []],
  ['', []],
] as const)('in %s, they are %j', (text, expected) => {
  expect(textsIn(text, ['givenName', 'mail'])).toEqual(expected);
});

test('what is inside of a part does not count', () => {
  const inner = Array.from({ length: READABLE_PARTS_MAX }, () => '[mail]').join(', ');
  expect(textsIn(`Append(Join(",", ${inner}), ToLower([mail])`)).toHaveLength(2);
});

test('at most READABLE_PARTS_MAX parts are tried', () => {
  const found = (count: number) => textsIn(`Join(${Array.from({ length: count }, () => '[mail]').join(', ')}`).length;
  expect([found(READABLE_PARTS_MAX), found(READABLE_PARTS_MAX + 1)]).toEqual([READABLE_PARTS_MAX, READABLE_PARTS_MAX]);
});
