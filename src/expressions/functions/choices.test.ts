import { describe, expect, test } from 'vitest';
import { evaluateWith, faultOf, valueOf } from '../evaluate-with.fixture.ts';

type Row = readonly [expression: string, input: Readonly<Record<string, unknown>>, expected: unknown];
const dropped = { kind: 'dropped' };

describe('IIF', () => {
  test.for<Row>([
    ['IIF([a]="x","yes","no")', { a: 'X' }, 'no'],
    // Microsoft's documentation calls conditions on empty attributes unsupported: every such condition is False.
    ['IIF([a]="","yes","no")', { a: '' }, 'no'],
    ['IIF([a]<>"x","yes","no")', {}, 'no'],
    ['IIF(IsNullOrEmpty([a]),"yes","no")', {}, 'no'],
    ['IIF(IsNullOrEmpty([a]),"yes","no")', { a: 'x' }, 'no'],
    ['IIF(IsPresent([a]),"yes","no")', { a: 'x' }, 'yes'],
    ['IIF(IsPresent([a]),"yes","no")', { a: [] }, 'no'],
    ['IIF([a]<>"x","yes","no")', { a: 'y' }, 'yes'],
    ['IIF([a]=1,"yes","no")', { a: '1' }, 'yes'],
    ['IIF([a]>=10,"yes","no")', { a: '9' }, 'no'],
    ['IIF([a]>"10","yes","no")', { a: '9' }, 'yes'],
    ['IIF([a]<1.0,"yes","no")'.replace('1.0', '"1.0"'), { a: 0.5 }, 'yes'],
    ['IIF([a]<=1,"yes","no")', { a: 1 }, 'yes'],
    ['IIF([a]="true","yes","no")', { a: true }, 'yes'],
    ['IIF([a]<>[b],"yes","no")', { a: true, b: false }, 'yes'],
    ['IIF([a],"yes","no")', { a: true }, 'yes'],
    ['IIF([a],"yes","no")', { a: 'False' }, 'no'],
    ['IIF("2","yes","no")', {}, 'yes'],
    ['IIF([a]=[b],"yes","no")', { a: ['x'], b: 'x' }, 'yes'],
    ['IIF(CDate([a]) < Now(),"past","future")', { a: '2025-07-30T12:34:56Z' }, 'past'],
    ['IIF([a] = CDate("2020-01-01"),"yes","no")', { a: '1/1/2020' }, 'yes'],
    ['IIF([a] = CDate("2020-01-01"),"yes","no")', { a: 'soon' }, 'no'],
    ['IIF([a]=1,"yes","no")', { a: 'one' }, 'no'],
    ['IIF([a]="x",[b],IgnoreAttributeFlow)', { a: 'y' }, dropped],
    ['IIF([a]="x",[b],IgnoreAttributeFlow)', { a: 'x', b: 'B' }, 'B'],
    ['IIF([a]="x",[b],IgnoreAttributeFlow())', { a: 'y' }, dropped],
    ['IIF([a]=[b],"yes","no")', { a: { x: 1 }, b: { x: 1 } }, 'yes'],
  ])('%s with %j returns %j', ([expression, input, expected]) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });

  test('evaluates only the branch that the condition selects', () => {
    expect(valueOf('IIF([a]="x", "yes", Mid("a", 0, 0))', { a: 'x' })).toBe('yes');
  });

  test.for<[string, Readonly<Record<string, unknown>>, string, string]>([
    ['IIF([a],"yes","no")', { a: 'maybe' }, '[a]', 'IIF: condition is "maybe", which is neither True nor False.'],
    ['IIF([a]>1,"yes","no")', { a: 'many' }, '[a]>1', 'of different types'],
    ['IIF([a]<Now(),"yes","no")', { a: 'soon' }, '[a]<Now()', 'of different types'],
    ['IIF([a]="x","yes","no")', { a: ['x', 'y'] }, '[a]="x"', '["x","y"] is a list; compare one of its values'],
    ['IIF("x"=[a],"yes","no")', { a: ['x', 'y'] }, '"x"=[a]', 'is a list'],
    ['IIF([a] > [b],"yes","no")', { a: true, b: 'x' }, '[a] > [b]', 'of different types'],
  ])('%s with %j fails at %s: %s', ([expression, input, piece, message]) => {
    const found = faultOf(() => evaluateWith(expression, input), expression);
    expect(found).toMatchObject({ code: 'expressionValue', piece });
    expect(found.message).toContain(message);
  });
});

test.for<Row>([
  ['Switch([a], "d", "x", "1")', { a: 'X' }, 'd'],
  ['Switch([a], , "x", "1")', { a: 'y' }, null],
  ['Switch([a], "d", "x", "1", "x", "2")', { a: 'x' }, '1'],
  ['Switch([a], "d", [b], "1")', { a: 'x', b: 'x' }, '1'],
  ['Switch([a], "d", , "1")', {}, '1'],
  ['Switch([a], "d", "True", "1")', { a: true }, '1'],
  ['Switch([a], "d", 7, "1")', { a: '7' }, '1'],
  ['Switch([a], "d", "x", )', { a: 'x' }, null],
  ['Switch([a], Mid("", 0, 0), "x", "1", "y", Mid("", 0, 0))', { a: 'x' }, '1'],
  ['Switch([a], "d", "x", IgnoreAttributeFlow)', { a: 'x' }, dropped],
  ['Coalesce([a])', {}, null],
  ['Coalesce([a], [b], "c")', { b: [] }, 'c'],
  ['Coalesce([a], "c")', { a: '' }, ''],
  ['Coalesce([a], , "c")', {}, 'c'],
  ['Coalesce([a], Mid("", 0, 0))', { a: ['x', 'y'] }, ['x', 'y']],
  ['CBool([a])', {}, 'False'],
  ['CBool([a])', { a: '' }, 'False'],
  ['CBool([a])', { a: 0 }, 'False'],
  ['CBool([a])', { a: 0.5 }, 'True'],
  ['CBool("-1")', {}, 'True'],
  ['CBool(" true ")', {}, 'True'],
  ['CBool([a] = [b])', {}, 'True'],
  ['CBool([a] = "")', {}, 'True'],
  ['CBool([a] <> [b])', { a: 'x' }, 'True'],
  ['Not([a])', {}, 'True'],
  ['Not([a])', { a: true }, 'False'],
  ['Not("true")', {}, 'False'],
  ['Not("yes")', {}, 'True'],
  ['CStr([a])', {}, null],
  ['CStr([a])', { a: 12345678 }, '12345678'],
  ['CStr([a])', { a: 1.5 }, '1.5'],
  ['CStr([a])', { a: { x: 1 } }, '{"x":1}'],
  ['IsNull([a])', { a: '' }, 'False'],
  ['IsNull([constructor])', {}, 'True'],
  ['IsNull([a])', { a: [] }, 'True'],
  ['IsNull([a])', { a: undefined }, 'True'],
  ['IsNull([a])', { a: Number.NaN }, 'True'],
  ['IsNothing([a])', {}, 'True'],
  ['IsNothing([a])', { a: 'x' }, 'False'],
  ['IsNullOrEmpty([a])', { a: ['', null] }, 'True'],
  ['IsPresent([a])', { a: 0 }, 'True'],
  ['IsPresent([a])', { a: '' }, 'False'],
  ['IsString([a])', { a: 'x' }, 'True'],
  ['IsString([a])', { a: ['x', 'y'] }, 'False'],
  ['IsString([a])', { a: 7 }, 'False'],
  ['IgnoreFlowIfNullOrEmpty([a])', { a: '' }, dropped],
  ['IgnoreFlowIfNullOrEmpty([a])', { a: [] }, dropped],
  ['IgnoreFlowIfNullOrEmpty([a])', { a: false }, 'False'],
  ['Append(IgnoreFlowIfNullOrEmpty([a]), "x")', {}, dropped],
  ['DefaultDomain()', {}, 'contoso.com'],
  ['BitAnd("12", 10)', {}, '8'],
  ['BitAnd(-1, 255)', {}, '255'],
])('%s with %j returns %j', ([expression, input, expected]) => {
  expect(valueOf(expression, input, { defaultDomain: 'contoso.com' })).toEqual(expected);
});

test.for<[string, Readonly<Record<string, unknown>>, string, string]>([
  ['CBool([a])', { a: 'yes' }, '[a]', 'neither True, False nor a number'],
  ['Switch([a], "d", [b], "1")', { a: 'x', b: ['x', 'y'] }, '[b]', 'a key is a list'],
  ['Switch([a], "d", "x", "1")', { a: ['x', 'y'] }, '[a]', 'source is a list of 2 values'],
  ['Append(DefaultDomain(), "")', {}, 'DefaultDomain()', 'no default domain'],
])('%s with %j fails at %s: %s', ([expression, input, piece, message]) => {
  const found = faultOf(() => evaluateWith(expression, input), expression);
  expect(found).toMatchObject({ code: 'expressionValue', piece });
  expect(found.message).toContain(message);
});

describe('SelectUniqueValue', () => {
  const expression = 'SelectUniqueValue([a], Append([a], "1"), Append([a], "2"))';

  test('returns the first value that is neither empty nor taken', () => {
    const isTaken = (value: string) => value === 'x' || value === 'x1';
    expect(valueOf(expression, { a: 'x' })).toBe('x');
    expect(valueOf(expression, { a: 'x' }, { isTaken })).toBe('x2');
    expect(valueOf(expression, {}, { isTaken })).toBe('1');
    expect(valueOf('SelectUniqueValue("", "y")', {}, { isTaken })).toBe('y');
  });

  test('fails if all values are taken, if the target is SCIM, or if a rule returns a list', () => {
    const fail = (input: Readonly<Record<string, unknown>>, overrides: object) =>
      faultOf(() => evaluateWith(expression, input, overrides), expression);
    expect(fail({ a: 'x' }, { isTaken: () => true }).message).toContain('all 3 rules are taken');
    expect(fail({ a: 'x' }, { forScim: true }).message).toContain('does not support it for SCIM');
    expect(fail({ a: ['x', 'y'] }, {}).message).toContain('a rule returns a list');
  });
});

test('Redact inside another function marks the whole result as redacted, but only if it is evaluated', () => {
  expect(evaluateWith('Append(Redact([a]), "x")', { a: 'b' })).toEqual({ kind: 'value', value: 'bx', redacted: true });
  expect(evaluateWith('Switch([a], Redact([a]), "b", "c")', { a: 'b' })).toEqual({ kind: 'value', value: 'c' });
});
