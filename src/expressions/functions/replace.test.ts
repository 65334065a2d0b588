import { describe, expect, test } from 'vitest';
import { evaluateWith, faultOf, valueOf } from '../evaluate-with.fixture.ts';
import { PATTERN_INPUT_LENGTH_MAX, PATTERN_LENGTH_MAX } from '../limits.ts';

type Row = readonly [expression: string, input: Readonly<Record<string, unknown>>, expected: unknown];

test.for<Row>([
  // Calls with Find and Replacement.
  ['Replace([x], "a", , , "b", , )', {}, null],
  ['Replace([x], "a", , , "b")', { x: 'aAa' }, 'bAb'],
  ['Replace([x], "$", , , "$&", , )', { x: 'a$' }, 'a$&'],
  ['Replace([x], "", , , "b", , )', { x: 'a' }, 'a'],
  ['Replace([x], [y], , , "b", , )', { x: 'a' }, 'a'],
  ['Replace([x], "a", , , [y], , )', { x: 'cat' }, 'ct'],
  ['Replace([x], "a", , , , [y], )', { x: 'cat', y: 'u' }, 'cut'],
  ['Replace([x], "a", , , , [y], )', { x: 'cat' }, 'ct'],
  // Calls with Find and Template.
  ['Replace([x], "#", , , , , "# and #")', { x: 'a' }, 'a and a'],
  ['Replace([x], "#", , , , , "# and #")', {}, null],
  ['Replace([x], "#", , , , , [y])', { x: 'a' }, null],
  ['Replace([x], "#", , , , , "# and #")', { x: '' }, ' and '],
  // Calls with RegularExpression and Replacement.
  ['Replace([x], , "a", , "b", , )', {}, null],
  ['Replace([x], , "(a)(b)?", , "[$1$2]", , )', { x: 'abxa' }, '[ab]x[a]'],
  ['Replace([x], , "(?<n>a)", , "${n}${m}$9${1}", , )', { x: 'a' }, 'a${m}$9a'],
  ['Replace([x], , "b", , "$$|$&|$`|$\'|$_|$+", , )', { x: 'abc' }, 'a$|b|a|c|abc|bc'],
  ['Replace([x], , "(a)|(b)", , "<$+>", , )', { x: 'ab' }, '<><b>'],
  ['Replace([x], , "x*", , "-", , )', { x: 'axb' }, '-a--b-'],
  ['Replace([x], , "a", , , [y], )', { x: 'cat', y: '$&' }, 'c$&t'],
  ['Replace([x], , "A", , "b", , )', { x: 'a' }, 'a'],
  ['Replace([x], , "(?i)A", , "b", , )', { x: 'a' }, 'b'],
  ['Replace([x], , [y], , "b", , )', { x: 'a' }, 'bab'],
  // Calls with RegularExpressionGroupName and Replacement.
  ['Replace([x], , "a(?<n>b)", "n", "X", , )', { x: 'abcab' }, 'aXcaX'],
  ['Replace([x], , "a(b)?", "1", "X", , )', { x: 'aab' }, 'aaX'],
  ['Replace([x], , "a(?<n>b)", "n", "X", , )', {}, null],
  ['Replace([x], , "a(?<n>b)", 0, "X", , )', { x: 'abc' }, 'Xc'],
  ['Replace([x], , "a(?<n>b)", "n", "$1", , )', { x: 'ab' }, 'a$1'],
  // Calls with RegularExpressionGroupName and ReplacementPropertyName.
  ['Replace([x], , "a(?<n>b)", "n", , [y], )', { x: 'x', y: 'ab' }, 'x'],
  ['Replace([x], , "a(?<n>b)", "n", , [y], )', { y: 'cab' }, 'b'],
  ['Replace([x], , "a(?<n>b)", "n", , [y], )', { y: 'x' }, null],
  ['Replace([x], , "a(?<n>b)?", "n", , [y], )', { y: 'a' }, null],
  ['Replace([x], , "a(?<n>b)", "n", , [y], )', {}, null],
])('%s with %j returns %j', ([expression, input, expected]) => {
  expect(valueOf(expression, input)).toEqual(expected);
});

test.for<[string, Readonly<Record<string, unknown>>, string, string]>([
  ['Replace([x])', { x: 'a' }, 'Replace([x])', 'it needs Find'],
  ['Replace([x], "a")', { x: 'a' }, 'Replace([x], "a")', 'it has no replacement'],
  ['Replace([x], , "a")', { x: 'a' }, 'Replace([x], , "a")', 'it has no replacement'],
  ['Replace([x], , "(a", , "b")', { x: 'a' }, '"(a"', 'a group is not closed: its ")" is missing (at character 1)'],
  ['Replace([x], , "(?<Suffix>a)", "Sufix", "b")', { x: 'a' }, '"Sufix"', 'Suffix was probably meant'],
  ['Replace([x], , "(?<Suffix>a)(b)", "other", "b")', { x: 'a' }, '"other"', 'its groups are 1, Suffix'],
  ['Replace([x], , "a", [y], "b")', { x: 'a' }, '[y]', 'it has no groups'],
])('%s with %j fails at %s: %s', ([expression, input, piece, message]) => {
  const found = faultOf(() => evaluateWith(expression, input), expression);
  expect(found).toMatchObject({ code: 'expressionValue', piece });
  expect(found.message).toContain(message);
});

describe('Replace', () => {
  const expression = 'Replace([x], , [y], , "", , )';
  const fail = (input: Readonly<Record<string, unknown>>) => faultOf(() => evaluateWith(expression, input), expression);

  test('accepts a source of the maximum length for a pattern and rejects a longer one', () => {
    const inputOf = (length: number) => ({ x: 'a'.repeat(length), y: 'b' });
    expect(valueOf(expression, inputOf(PATTERN_INPUT_LENGTH_MAX))).toHaveLength(PATTERN_INPUT_LENGTH_MAX);
    expect(fail(inputOf(PATTERN_INPUT_LENGTH_MAX + 1))).toMatchObject({ code: 'expressionTooComplex' });
  });

  test('accepts a pattern of the maximum length and rejects a longer one', () => {
    const inputOf = (length: number) => ({ x: 'b', y: 'a'.repeat(length) });
    expect(valueOf(expression, inputOf(PATTERN_LENGTH_MAX))).toBe('b');
    expect(fail(inputOf(PATTERN_LENGTH_MAX + 1)).message).toContain('2001 characters; the limit is 2000');
  });

  test('limits the number of steps that all patterns of an expression take together', () => {
    expect(fail({ x: `${'a'.repeat(40)}!`, y: '(a+)+$' })).toMatchObject({ code: 'expressionTooComplex' });
    expect(fail({ x: `${'a'.repeat(40)}!`, y: '(?=(?:a|a)+$)x' }).message).toContain('too many steps');
    expect(fail({ x: `${'a'.repeat(40)}!`, y: '(?<=^(?:a|a)+)x' }).message).toContain('too many steps');
    expect(fail({ x: 'a'.repeat(9_000), y: 'a*a*a*b' }).message).toContain('too many steps');
    const once = 'Replace([x], , ".*b", , "", , )';
    const often = `Join("", ${Array.from({ length: 60 }, () => once).join(', ')})`;
    const input = { x: 'a'.repeat(100) };
    expect(valueOf(once, input)).toBe(input.x);
    expect(faultOf(() => evaluateWith(often, input), often)).toMatchObject({ code: 'expressionTooComplex' });
  });

  test('rejects a template that would expand the source beyond the maximum length', () => {
    const template = 'Replace([x], "#", , , , , [y])';
    const input = { x: 'a'.repeat(10_000), y: '#'.repeat(11) };
    expect(faultOf(() => evaluateWith(template, input), template)).toMatchObject({ code: 'expressionTooComplex' });
  });
});
