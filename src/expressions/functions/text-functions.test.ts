import { describe, expect, test } from 'vitest';
import { evaluateWith, faultOf, valueOf } from '../evaluate-with.fixture.ts';
import { VALUE_LENGTH_MAX } from '../limits.ts';

type Row = readonly [expression: string, input: Readonly<Record<string, unknown>>, expected: unknown];

const rows: readonly Row[] = [
  ['Append([x], "b")', { x: null }, 'b'],
  ['Append("a", [x])', {}, 'a'],
  ['Append([x], [y])', { x: 1, y: true }, '1True'],
  ['Append([x], "b")', { x: ['a'] }, 'ab'],
  ['Append([x], "b")', { x: [] }, 'b'],
  ['Prepend("a", [x])', { x: 'b' }, 'ab'],
  ['Prepend([x], [x])', {}, ''],
  ['Left("John", -1)', {}, 'John'],
  ['Left("John", "2")', {}, 'Jo'],
  ['Mid("John", 2, 2)', {}, 'oh'],
  ['Mid("John", 3, 9)', {}, 'hn'],
  ['Mid("John", 9, 1)', {}, ''],
  ['Mid([x], 1, 1)', {}, ''],
  ['Mid([x], "1", "1")', { x: 'John' }, 'J'],
  ['Word("The quick brown fox",3," ")', {}, 'brown'],
  ['Word("a,,b",2,",")', {}, 'b'],
  ['Word("abc",1," ")', {}, 'abc'],
  ['Word("abc",1,"")', {}, 'abc'],
  ['Word([x],1," ")', {}, ''],
  ['Word("a b",-1,[x])', {}, ''],
  ['StripSpaces([x])', {}, null],
  ['StripSpaces("a\tb c")', {}, 'a\tbc'],
  ['ToLower([x])', {}, null],
  ['ToUpper([x])', { x: 'straße' }, 'STRAßE'],
  ['ToUpper("i", "tr-TR")', {}, 'İ'],
  ['ToLower("I", "tr-TR")', {}, 'ı'],
  ['ToLower("İI")', {}, 'İi'],
  ['ToLower("ΟΣ", "")', {}, 'οσ'],
  ['ToUpper("𐐨", "en-US")', {}, '𐐀'],
  ['PCase([x])', {}, null],
  ['PCase("mary-ann o\'neill iii")', {}, "Mary-Ann O'Neill Iii"],
  ['PCase("a+b=c$d^e_f g\th")', {}, 'A+B=C$D^E_F G\tH'],
  ['PCase("3rd ELEMENT")', {}, '3rd Element'],
  ['PCase("élan ÉCOLE")', {}, 'Élan École'],
  ['PCase("a-b c", " ")', {}, 'A-b C'],
  ['PCase("a-b c", "")', {}, 'A-b c'],
  ['PCase("a-b c", )', {}, 'A-B C'],
  ['NormalizeDiacritics([x])', {}, null],
  ['NormalizeDiacritics("Łódź Straße Æsir ÆØŒ œ ı İ ẞ")', {}, 'Lodz Strasse AEsir AEOEOE oe i I SS'],
  // Composed and decomposed letters, and combinations of a letter and marks that are not in the table.
  ['NormalizeDiacritics("e\u0301 ā\u0302 Ā\u0302 u\u0307\u0304 s\u0304")', {}, 'e a A u s'],
  ['NormalizeDiacritics("й ħ đ ả x\u0301")', {}, 'й ħ đ ả x\u0301'],
  ['ConvertToBase64([x])', {}, null],
  ['ConvertToBase64("")', {}, ''],
  ['ConvertToBase64("a")', {}, 'YQA='],
  ['ConvertToBase64("é")', {}, '6QA='],
  ['ConvertToBase64("ab")', {}, 'YQBiAA=='],
  ['ConvertToUTF8Hex([x])', {}, null],
  ['ConvertToUTF8Hex("é\t")', {}, 'C3A909'],
  ['InStr("abc", "c")', {}, '3'],
  ['InStr("abc", "x")', {}, '0'],
  ['InStr("repEated","e",3,vbTextCompare)', {}, '4'],
  ['InStr("repEated","e",3,"vbTextCompare")', {}, '4'],
  ['InStr("İx", "X", , vbTextCompare)', {}, '2'],
  ['InStr("abc", "a", 2)', {}, '0'],
  ['InStr("abc", "", 2)', {}, '2'],
  ['InStr("abc", "a", 9)', {}, '0'],
  ['InStr([x], "a")', {}, '0'],
  ['InStr("abc", [x])', {}, '1'],
  ['Redact([x])', {}, null],
];

test.for(rows)('%s with %j returns %j', ([expression, input, expected]) => {
  expect(valueOf(expression, input)).toEqual(expected);
});

test.for<[expression: string, input: Readonly<Record<string, unknown>>, piece: string, message: string]>([
  ['ToLower([x])', { x: ['a', 'b'] }, '[x]', 'ToLower: source is a list of 2 values'],
  ['Left("a", [n])', { n: 'x' }, '[n]', 'Left: NumChars is "x", which is not a whole number.'],
  ['Left("a", [n])', { n: 1.5 }, '[n]', 'NumChars is "1.5"'],
  ['Left("a", [n])', {}, '[n]', 'NumChars is empty, which is not a whole number'],
  ['Left("a", "99999999999999999999")', {}, '"99999999999999999999"', 'is not a whole number'],
  ['Mid("a", 0, 1)', {}, '0', 'positions count from 1'],
  ['Mid("a", 1, -1)', {}, '-1', 'cannot be negative'],
  ['InStr("a", "b", 0)', {}, '0', 'positions count from 1'],
  ['InStr("a", "b", 1, "vbDatabaseCompare")', {}, '"vbDatabaseCompare"', 'it must be vbBinaryCompare or vbTextCompare'],
  ['ToLower("a", "not a culture")', {}, '"not a culture"', 'RFC 4646'],
])('%s with %j fails at %s: %s', ([expression, input, piece, message]) => {
  const found = faultOf(() => evaluateWith(expression, input), expression);
  expect(found).toMatchObject({ code: 'expressionValue', piece });
  expect(found.message).toContain(message);
});

describe('Append and Join', () => {
  test('return a string of the maximum length and fail for a longer one', () => {
    const half = 'x'.repeat(VALUE_LENGTH_MAX / 2);
    expect(valueOf('Append([x], [x])', { x: half })).toHaveLength(VALUE_LENGTH_MAX);
    const longer = faultOf(() => evaluateWith('Append([x], [y])', { x: half, y: `${half}y` }), 'Append([x], [y])');
    expect(longer).toMatchObject({ code: 'expressionTooComplex', piece: 'Append([x], [y])' });
    expect(valueOf('Join("", [x], [x])', { x: half })).toHaveLength(VALUE_LENGTH_MAX);
    expect(faultOf(() => evaluateWith('Join("-", [x], [x])', { x: half }), 'Join("-", [x], [x])').code).toBe(
      'expressionTooComplex',
    );
  });
});
