import { describe, expect, test } from 'vitest';
import { attributesOf } from './attributes-of.ts';
import { faultOf, valueOf } from './evaluate-with.fixture.ts';
import { EXPRESSION_DEPTH_MAX, EXPRESSION_LENGTH_MAX } from './limits.ts';
import { parseExpression, type ParseOptions } from './parse.ts';
import { printExpression } from './print.ts';

const fault = (text: string, options?: ParseOptions) => faultOf(() => parseExpression(text, options), text);

describe('parseExpression', () => {
  test.for([
    ['Append([a],"b")', 'Append([a], "b")'],
    ['  Append ( [a] , "b" ) \n', 'Append([a], "b")'],
    ['Replace([preferredLanguage], "-", , , "_", ,  )', 'Replace([preferredLanguage], "-", , , "_", , )'],
    ['BitAnd(&hf, -10)', 'BitAnd(&HF, -10)'],
    ['BitAnd(+7,0)', 'BitAnd(7, 0)'],
    ['InStr("a","b",,vbTextCompare)', 'InStr("a", "b", , vbTextCompare)'],
    ['IIF([a]<>"x",[b],[c])', 'IIF([a] <> "x", [b], [c])'],
    ['IIF([a]>=1,[b],[c])', 'IIF([a] >= 1, [b], [c])'],
    ['Guid()', 'Guid()'],
    ['ToLower([ two words ])', 'ToLower([two words])'],
    ['ToLower([urn:ietf:params:x:2.0:User:a_b.c])', 'ToLower([urn:ietf:params:x:2.0:User:a_b.c])'],
    ['ToLower([addresses[type eq "work"].country])', 'ToLower([addresses[type eq "work"].country])'],
    [String.raw`Append("a\"b", "c\\d")`, String.raw`Append("a\"b", "c\\d")`],
    // Before any other character, a backslash is literal.
    [String.raw`Append("\d", "")`, String.raw`Append("\\d", "")`],
    ['IIF([a] = "x", [b], IgnoreAttributeFlow)', 'IIF([a] = "x", [b], IgnoreAttributeFlow)'],
    ['Append("two\nlines", "é𝒳")', 'Append("two\nlines", "é𝒳")'],
  ])('reads %j as %j', ([text = '', printed]) => {
    expect(printExpression(parseExpression(text).root)).toBe(printed);
  });

  test('also reads a single attribute or constant with the kind "any"', () => {
    for (const text of ['[mail]', '"x"', '7', '&HFF', 'ToLower([mail])']) {
      expect(printExpression(parseExpression(text, { kind: 'any' }).root)).toBe(text);
    }
  });

  test('measures spans in UTF-16 units', () => {
    expect(parseExpression('Append("𝒳", [b])').root).toMatchObject({
      span: { offset: 0, length: 17 },
      parameters: [{ span: { offset: 7, length: 4 } }, { span: { offset: 13, length: 3 } }],
    });
  });

  test('returns a tree from which attributesOf() lists each attribute once', () => {
    const { root } = parseExpression('IIF([b] = "x", Join(" ", [a], [b]), Coalesce([c], [a]))');
    expect(attributesOf(root)).toEqual(['b', 'a', 'c']);
  });
});

describe('errors of parseExpression', () => {
  test.for<[text: string, piece: string, at: number, message: string, suggestion?: string]>([
    ['', '', 0, 'it is empty'],
    ['   ', '', 3, 'it is empty'],
    ['Append([a], "b"', '(', 6, 'the parenthesis of Append is not closed', ')'],
    ['Append([a] "b")', '"b"', 11, 'found "\\"b\\"", but expected "," or ")" in the arguments of Append'],
    ['Append([a], "b")x', 'x', 16, 'expected the end of the expression'],
    ['Append([a], "b', '"', 12, 'the string does not end', '"'],
    [String.raw`Append([a], "b\")`, '"', 12, 'the string does not end', '"'],
    ['ToLower([a)', '[', 8, 'the attribute does not end', ']'],
    ['ToLower([])', '[]', 8, 'no attribute name between the brackets'],
    ['ToLower([ ])', '[ ]', 8, 'no attribute name between the brackets'],
    ['ToLower(“a”)', '“', 8, 'straight double quotes', '"'],
    ["ToLower('a')", "'", 8, 'straight double quotes', '"'],
    ['ToLower([a]; "x")', ';', 11, 'separate arguments with commas', ','],
    ['Append([a] & "b")', '&', 11, 'join strings with Append or Join'],
    ['Append([a] + "b")', '+', 11, 'join strings with Append or Join'],
    ['ToLower(a])', ']', 9, 'an attribute begins with "["'],
    ['ToLower(😀)', '😀', 8, '"😀" has no meaning here'],
    ['IIF([a] != "b", "c", "d")', '!', 8, 'write <>', '<>'],
    ['Left([a], 1.5)', '1.5', 10, 'is not a whole number', '"1.5"'],
    ['Left([a], 3x)', '3x', 10, 'is not a whole number', '"3x"'],
    ['Left([a], 9223372036854775808)', '9223372036854775808', 10, '64-bit integer'],
    ['Left([a], &H1FFFFFFFFFFFFFFFF)', '&H1FFFFFFFFFFFFFFFF', 10, '64-bit integer'],
    ['Left(=, 1)', '=', 5, 'expected a function, an [attribute], a "string" or a whole number'],
    ['IIF([a] = , "b", "c")', ',', 10, 'found ",", but expected a function'],
    ['IIF([a] = "b" = "c", "d", "e")', '=', 14, 'a comparison has two sides'],
    ['IIF([a] = "b" AND [c] = "d", "e", "f")', 'AND', 14, 'There is no AND; nest IIF instead'],
    ['[a] = "b"', '=', 4, 'CBool'],
    ['[mail]', '[mail]', 0, 'mapping type Direct'],
    ['"x"', '"x"', 0, 'mapping type Constant'],
    ['7', '7', 0, 'mapping type Constant'],
    ['Guid', 'Guid', 0, 'write a function call as Guid(…)'],
    ['tolower([a])', 'tolower', 0, 'function names are case-sensitive', 'ToLower'],
    ['ToLowr([a])', 'ToLowr', 0, 'ToLower was probably meant', 'ToLower'],
    ['Frobnicate([a])', 'Frobnicate', 0, '--list'],
    ['Norm([a])', 'Norm', 0, 'NormalizeDiacritics was probably meant', 'NormalizeDiacritics'],
    ['No([a])', 'No', 0, '--list'],
    ['Sing([a])', 'Sing', 0, 'SingleAppRoleAssignment', 'SingleAppRoleAssignment'],
    ['Igno([a])', 'Igno', 0, '--list'],
    ['ToLower([a[type eq "work"].b)', '[', 8, 'the attribute does not end'],
    ['Append(Lft([a], 1), "b")', 'Lft', 7, 'Left was probably meant', 'Left'],
    ['Mid([a], 1)', ')', 10, 'Mid has no argument for "length"; the syntax is Mid(source, start, length)'],
    ['Guid([a])', '[a]', 5, 'takes no arguments'],
    ['ToLower([a], "de", "x")', '"x"', 19, 'takes at most 2 arguments'],
    ['Not([a], )', ')', 9, 'takes at most one argument'],
    ['ToLower()', ')', 8, 'ToLower has no argument for "source"'],
    ['Join(", ")', ')', 9, 'has no argument for "source"; the syntax is Join(separator, source…)'],
    ['Append(, "b")', ',', 7, 'Append needs "source"'],
    ['Append([a], )', ')', 12, 'Append needs "suffix"'],
    ['Switch([a], "b", "c")', ')', 20, 'keys and values come in pairs'],
    ['Switch([a], "b")', ')', 15, 'Switch has no argument for "switchValue"'],
    ['ToLower([a] = "b")', '[a] = "b"', 8, 'ToLower does not accept a comparison'],
    ['ToLower(abc)', 'abc', 8, 'put strings in double quotes', '"abc"'],
    ['Append(Guid, "x")', 'Guid', 7, 'write Guid(…)', '"Guid"'],
    ['InStr("a", "b", 1, vbtextcompare)', 'vbtextcompare', 19, 'vbBinaryCompare, vbTextCompare', 'vbTextCompare'],
    ['IIF(IgnoreAttributeFlow, "a", "b")', 'IgnoreAttributeFlow', 4, 'has no meaning here', 'IgnoreAttributeFlow'],
    ['IIF([a] = USA, "a", "b")', 'USA', 10, 'put strings in double quotes: "USA"', '"USA"'],
    ['Append(SelectUniqueValue("a", "b"), "c")', 'SelectUniqueValue', 7, 'must be the whole expression'],
    ['SelectUniqueValue("a")', ')', 21, 'has no argument for "uniqueValueRule"'],
  ])('for %j point at %j (offset %d) and say: %s', ([text, piece, at, message, suggestion]) => {
    const found = fault(text);
    expect(found).toMatchObject({ code: 'expressionSyntax', piece, at, suggestion });
    expect(found.message).toContain(message);
  });

  test('point at an attribute that is not in the given list, and suggest a similar one', () => {
    const options = { attributes: ['mail', 'displayName'] };
    expect(parseExpression('ToLower([mail])', options).text).toBe('ToLower([mail])');
    expect(fault('ToLower([mial])', options)).toMatchObject({ piece: '[mial]', at: 8, suggestion: '[mail]' });
    expect(fault('ToLower([displayname])', options)).toMatchObject({ suggestion: '[displayName]' });
    expect(fault('ToLower([shoeSize])', options)).toMatchObject({ suggestion: undefined });
    expect(fault('IIF([shoeSize] = "1", "a", "b")', options).piece).toBe('[shoeSize]');
  });

  test('count lines and columns from one', () => {
    expect(fault('Append(\n  [a],\r\n  lower("x"))').message).toContain('line 3, column 3');
    expect(fault('Append(\r[a], x)').message).toContain('line 2, column 6');
    expect(fault('x').message).toContain('line 1, column 1');
  });
});

describe('limits of parseExpression', () => {
  const long = (length: number) => `Append("${'x'.repeat(length - 14)}", "")`;

  test('accept an expression of the maximum length and reject a longer one', () => {
    expect(long(EXPRESSION_LENGTH_MAX)).toHaveLength(EXPRESSION_LENGTH_MAX);
    expect(parseExpression(long(EXPRESSION_LENGTH_MAX)).root.kind).toBe('call');
    const text = long(EXPRESSION_LENGTH_MAX + 1);
    expect(fault(text)).toMatchObject({ code: 'expressionTooComplex', at: EXPRESSION_LENGTH_MAX, piece: ')' });
  });

  test('accept the maximum depth of nested calls and reject one more level', () => {
    const nested = (depth: number) => `${'Not('.repeat(depth)}[a]${')'.repeat(depth)}`;
    expect(valueOf(nested(EXPRESSION_DEPTH_MAX), { a: 'True' })).toBe('True');
    expect(fault(nested(EXPRESSION_DEPTH_MAX + 1))).toMatchObject({
      code: 'expressionTooComplex',
      at: EXPRESSION_DEPTH_MAX * 4,
      piece: 'Not',
    });
  });
});
