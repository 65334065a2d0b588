import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inEnglish } from '../texts/refusals/stand-in-error.ts';
import type { SourceValues } from './object-mapping.ts';
import { compileScopingFilters, faultOfClause } from './scoping-filter.ts';
import { filterOperatorsAsGraph, scopingOperators } from './scoping-operators.ts';
import { sourceDirectory } from './source-directory.ts';
import type { FilterClause } from './synchronization-schema.ts';

const attributes = sourceDirectory.objects[0]?.attributes ?? [];

function clause(operatorName: string, values: readonly string[] = [], sourceOperandName = 'department'): FilterClause {
  return { operatorName, sourceOperandName, targetOperand: { values } };
}

function holds(operator: string, value: unknown, ...values: readonly string[]): boolean {
  const test = compileScopingFilters([{ name: null, clauses: [clause(operator, values)] }]);
  return test(new Map([['department', value]]) as SourceValues).inScope;
}

/**
 * Each row contains the operator, the operand of the clause, the values for which the clause holds, and the values for which it does not.
 */
const table: readonly (readonly [string, string | undefined, readonly unknown[], readonly unknown[]])[] = [
  ['EQUALS', 'Sales', ['Sales'], ['sales', 'Sales ', 'Sal']],
  ['EQUALS', 'True', [true, 'True'], [false, 'true']],
  ['NOT EQUALS', 'Sales', ['sales', 'R&D'], ['Sales']],
  ['IS TRUE', undefined, [true, 'True', 'true'], [false, 'False', 'yes', '1']],
  ['IS FALSE', undefined, [false, 'False'], [true, 'True', '0']],
  ['IS NOT NULL', undefined, ['x', false, 0], []],
  ['REGEX MATCH', '([1-9][0-9])', ['10', '99', 'x42y'], ['1', '0x', '٤٢']],
  ['REGEX MATCH', '^(?i:sales|r&d)$', ['Sales', 'R&D'], ['Sales 2']],
  ['NOT REGEX MATCH', '^S', ['sales', 'R&D'], ['Sales']],
  ['GREATER_THAN', '10', ['11', '011', 12, '99999999999999999999'], ['10', '9', '-11', 'x', '10.5']],
  ['Greater_Than_OR_EQUALS', '10', ['10', 11], ['9', 'ten']],
  ['Includes', 'ale', ['Sales', 'ale'], ['ALE', 'al']],
  ['ENDS_WITH', 'les', ['Sales', 'les'], ['Sale', 'LES']],
  ['&', '2', ['2', '514', '3'], ['512', '0', 'x']],
  ['!&', '2', ['512', '0'], ['514', 'x']],
];

describe('operators of scoping filters:', () => {
  test.each(table)(
    '%s with the operand %s holds for every value in %j and for no value in %j',
    (operator, operand, passing, failing) => {
      const values = operand === undefined ? [] : [operand];
      for (const value of passing) expect(holds(operator, value, ...values), String(value)).toBe(true);
      for (const value of failing) expect(holds(operator, value, ...values), String(value)).toBe(false);
      // Only IS NULL holds for an empty value.
      for (const value of ['', null, undefined]) expect(holds(operator, value, ...values)).toBe(false);
    },
  );

  test('IS NULL holds only for null, undefined and the empty string', () => {
    for (const value of ['', null, undefined]) expect(holds('IS NULL', value)).toBe(true);
    for (const value of ['x', false, 0]) expect(holds('IS NULL', value)).toBe(false);
  });

  test('an operator and its negation never have the same result for a value that is not empty', () => {
    const pairs = [
      ['EQUALS', 'NOT EQUALS'],
      ['REGEX MATCH', 'NOT REGEX MATCH'],
      ['IS NULL', 'IS NOT NULL'],
    ] as const;
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('a', 'Sales', '7'), (value, operand) => {
        for (const [one, other] of pairs) expect(holds(one, value, operand)).toBe(!holds(other, value, operand));
      }),
    );
  });

  test('every operator is tested here, and the operators are listed in the format of Graph', () => {
    const tested = new Set(table.map(([name]) => name.toUpperCase().replaceAll('_', ' ')).concat('IS NULL'));
    expect(scopingOperators.map(({ name }) => name.replaceAll('_', ' ')).filter((name) => !tested.has(name))).toEqual(
      [],
    );
    expect(filterOperatorsAsGraph()).toContainEqual({
      name: 'IS TRUE',
      arity: 'Unary',
      multivaluedComparisonType: 'All',
      supportedAttributeTypes: ['Boolean', 'String'],
    });
  });
});

describe('scoping filters', () => {
  const sales = clause('EQUALS', ['Sales']);
  const swedish = clause('EQUALS', ['SE'], 'usageLocation');
  const source = (department: string, usageLocation: string): SourceValues =>
    new Map([
      ['department', department],
      ['usageLocation', usageLocation],
    ]);

  test('let an object through if all clauses of one filter hold, or if there are no filters', () => {
    const both = compileScopingFilters([{ name: 'Swedish sales', clauses: [sales, swedish] }]);
    expect(both(source('Sales', 'SE')).inScope).toBe(true);
    expect(both(source('Sales', 'US')).inScope).toBe(false);
    const either = compileScopingFilters([
      { name: 'Sales', clauses: [sales] },
      { name: 'Sweden', clauses: [swedish] },
    ]);
    expect(either(source('R&D', 'SE'))).toEqual({
      inScope: true,
      clauses: { 'Sales department EQUALS Sales': false, 'Sweden usageLocation EQUALS SE': true },
    });
    expect(either(source('R&D', 'US')).inScope).toBe(false);
    expect(compileScopingFilters([])(source('', ''))).toEqual({ inScope: true, clauses: {} });
  });

  test('with several operands hold if any operand is equal (EQUALS) or if all operands differ (NOT EQUALS)', () => {
    expect(holds('EQUALS', 'B', 'A', 'B')).toBe(true);
    expect(holds('NOT EQUALS', 'B', 'A', 'B')).toBe(false);
    expect(holds('NOT EQUALS', 'C', 'A', 'B')).toBe(true);
  });

  test.each([
    [clause('EQUAL', ['x']), /no operator "EQUAL"; "EQUALS" was probably meant/],
    [clause('LIKE', ['x']), /no operator "LIKE"; the operators are EQUALS, NOT EQUALS/],
    [clause('EQUALS', ['x'], 'departement'), /no attribute "departement" in the source; "department" was probably/],
    [clause('EQUALS', ['x'], 'proxyAddresses'), /several values, which scoping filters do not support/],
    [clause('EQUALS', ['x'], 'manager'), /does not support scoping filters on "manager"/],
    [clause('EQUALS', ['x'], 'appRoleAssignments'), /does not support scoping filters on "appRoleAssignments"/],
    [clause('EQUALS', ['x'], 'userType'), /does not support scoping filters on "userType"/],
    [
      clause('EQUALS', ['2026'], 'employeeHireDate'),
      /cannot be applied to "employeeHireDate", which is of the type DateTime/,
    ],
    [clause('EQUALS', ['true'], 'accountEnabled'), /"accountEnabled" can only be True or False/],
    [clause('EQUALS'), /needs a value to compare "department" with/],
    [clause('IS NULL', ['x']), /IS NULL takes no value/],
    [clause('GREATER_THAN', ['ten']), /"ten" is not a whole number/],
    [clause('REGEX MATCH', ['(']), /"\(" is not a regular expression/],
  ])('refuse the clause %j with the error %s', (wrong, message) => {
    const say = faultOfClause(wrong, attributes);
    expect(say && inEnglish(say)).toMatch(message);
  });

  test('accept valid clauses', () => {
    for (const right of [sales, swedish, clause('IS TRUE', [], 'accountEnabled'), clause('IS NULL', [''])]) {
      expect(faultOfClause(right, attributes)).toBeUndefined();
    }
  });

  test('fail with an error if a regular expression takes too long', () => {
    expect(() => holds('REGEX MATCH', `${'a'.repeat(5_000)}b`, '(a+)+$')).toThrow(/takes too long/);
  });
});
