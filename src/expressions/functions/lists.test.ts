import { describe, expect, test } from 'vitest';
import { evaluateWith, faultOf, valueOf } from '../evaluate-with.fixture.ts';
import { LIST_LENGTH_MAX, RANDOM_LENGTH_MAX } from '../limits.ts';

test.for<[expression: string, input: Readonly<Record<string, unknown>>, expected: unknown]>([
  ['Count([x])', {}, '0'],
  ['Count([x])', { x: 'a' }, '1'],
  ['Count([x])', { x: ['a', 'b'] }, '2'],
  ['Item([x], 2)', { x: ['a', 'b'] }, 'b'],
  ['Item([x], 1)', { x: 'a' }, 'a'],
  ['Item([x], 3)', { x: ['a', 'b'] }, null],
  ['RemoveDuplicates([x])', { x: ['a', 'A', 'a', 1, '1', null] }, ['a', 'A', '1']],
  ['RemoveDuplicates([x])', {}, []],
  ['Split([x], ",")', {}, null],
  ['Split("a; b;;c;", ";")', {}, ['a', 'b', 'c']],
  ['Split("a", ",")', {}, ['a']],
  ['Split("aXXb", "XX")', {}, ['a', 'b']],
  ['Join(",", [x], "c")', { x: ['a', '', null, 'b'] }, 'a,b,c'],
  ['Join([s], "a", "b")', {}, 'ab'],
  ['Join(",", , [x])', {}, ''],
  ['Join("-", 1, [x])', { x: true }, '1-True'],
  ['Join(" ", CDate("2020-01-02"), "x")', {}, '1/2/2020 12:00:00 AM x'],
  ['AppRoleAssignments([x])', {}, []],
  ['AppRoleAssignments([x])', { x: ['A', 'B'] }, ['A', 'B']],
  ['SingleAppRoleAssignment([x])', {}, null],
  ['SingleAppRoleAssignment([x])', { x: ['A', 'B'] }, 'A'],
  ['SingleAppRoleAssignment([x])', { x: '{"id":"1","value":"25","displayName":"Role"}' }, '25'],
  ['SingleAppRoleAssignment([x])', { x: [{ id: '1', value: null, displayName: 'Role' }] }, 'Role'],
  ['SingleAppRoleAssignment([x])', { x: [{ id: '1' }] }, '1'],
  ['SingleAppRoleAssignment([x])', { x: [{ size: 1 }] }, null],
  ['SingleAppRoleAssignment([x])', { x: '[1]' }, '[1]'],
])('%s with %j returns %j', ([expression, input, expected]) => {
  expect(valueOf(expression, input)).toEqual(expected);
});

test('AppRoleAssignmentsComplex and AssertiveAppRoleAssignmentsComplex return roles as objects', () => {
  const x = [{ id: '1', value: '25', displayName: 'Role' }, 'Admin', { value: 'b', display: 'B' }, null];
  const role = { primary: false, type: 'WindowsAzureActiveDirectoryRole' };
  for (const name of ['AppRoleAssignmentsComplex', 'AssertiveAppRoleAssignmentsComplex']) {
    expect(valueOf(`${name}([x])`, { x })).toEqual([
      { ...role, display: 'Role', value: '25' },
      { ...role, display: 'Admin', value: 'Admin' },
      { ...role, display: 'B', value: 'b' },
    ]);
  }
});

test.for<[string, Readonly<Record<string, unknown>>, string, string]>([
  ['Item([x], 0)', { x: ['a'] }, '0', 'values count from 1'],
  ['Split("a", "")', {}, '""', 'delimiter is empty'],
  ['Split("a", [x])', {}, '[x]', 'delimiter is empty'],
  ['Join([x], "a")', { x: ['a', 'b'] }, '[x]', 'separator is a list of 2 values'],
])('%s with %j fails at %s: %s', ([expression, input, piece, message]) => {
  const found = faultOf(() => evaluateWith(expression, input), expression);
  expect(found).toMatchObject({ code: 'expressionValue', piece });
  expect(found.message).toContain(message);
});

test('Split returns a list of the maximum length and fails for a longer one', () => {
  const letters = (length: number) => ({ x: 'a,'.repeat(length) });
  expect(valueOf('Split([x], ",")', letters(LIST_LENGTH_MAX))).toHaveLength(LIST_LENGTH_MAX);
  const expression = 'Count(Split([x], ","))';
  expect(faultOf(() => evaluateWith(expression, letters(LIST_LENGTH_MAX + 1)), expression)).toMatchObject({
    code: 'expressionTooComplex',
    piece: 'Split([x], ",")',
  });
});

describe('functions with random results', () => {
  test('Guid returns a UUID of version 4', () => {
    const guid = valueOf('Guid()');
    expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(valueOf('Guid()', {}, { random: (limit) => limit - 1 })).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  test.for<[string, RegExp]>([
    ['RandomString(0,0,0,0,0)', /^$/],
    ['RandomString(40,0,0,0,0)', /^[ -~]{40}$/],
    ['RandomString(40,0,0,0,0,"abcdefghijklmnopqrstuvwxyz")', /^[^a-z]{40}$/],
    ['RandomString(8,1,0,0,0)', /^\d{8}$/],
    ['RandomString("8",0,0,2,2)', /^[A-Za-z]{8}$/],
    [`RandomString(${RANDOM_LENGTH_MAX},1,1,1,1)`, /^.{256}$/],
  ])('%s returns a string that matches %s', ([expression, pattern]) => {
    expect(valueOf(expression)).toMatch(pattern);
  });

  test.for<[string, string, string]>([
    [`RandomString(${RANDOM_LENGTH_MAX + 1},0,0,0,0)`, '257', 'from 0 to 256'],
    ['RandomString(-1,0,0,0,0)', '-1', 'from 0 to 256'],
    ['RandomString(3,1,1,1,1)', '3', 'the minimums add up to 4'],
    ['RandomString(3,-1,1,1,1)', '-1', 'MinimumNumbers is -1, but cannot be negative'],
    [
      'RandomString(3,1,0,0,0,"0123456789")',
      '"0123456789"',
      'CharactersToAvoid leaves no character for MinimumNumbers',
    ],
  ])('%s fails at %s: %s', ([expression, piece, message]) => {
    const found = faultOf(() => evaluateWith(expression), expression);
    expect(found.piece).toBe(piece);
    expect(found.message).toContain(message);
  });

  test('RandomString fails if every character is avoided', () => {
    const all = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    const expression = 'RandomString(1,0,0,0,0,[x])';
    expect(faultOf(() => evaluateWith(expression, { x: all }), expression).message).toContain('no character at all');
  });
});
