import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { conditionsOf, parseCondition, parseConditions, queryConditions } from './list-filter.ts';

const eq = (field: string, value: string) => ({ field, operator: 'eq', values: [value] });

describe('a filter', () => {
  test('can be written in the V1 or the V2 syntax', () => {
    expect(parseCondition('username:$eq:ann')).toEqual(eq('username', 'ann'));
    expect(parseCondition('created:$gte:2026-01-01T00:00:00.000Z').values).toEqual(['2026-01-01T00:00:00.000Z']);
    expect(parseCondition('name:eq:a:b')).toEqual(eq('name', 'a:b'));
    expect(parseCondition('name:in:a|b,c').values).toEqual(['a', 'b', 'c']);
    expect(parseCondition('created:between:1,2')).toMatchObject({ operator: 'between', values: ['1', '2'] });
  });

  test('in the V2 syntax may have wildcards, and several conditions separated by commas', () => {
    const operators = ['name:eq:a*', 'name:eq:*a', 'name:eq:*a*', 'name:eq:a'].map((text) => parseCondition(text));
    expect(operators.map(({ operator }) => operator)).toEqual(['startsWith', 'endsWith', 'search', 'eq']);
    // In the V1 syntax, "*" is not a wildcard.
    expect(parseCondition('username:$eq:a*')).toEqual(eq('username', 'a*'));
    expect(parseConditions(['name:eq:Smith, John,id:eq:1'])).toEqual([eq('name', 'Smith, John'), eq('id', '1')]);
  });

  test.for([
    ['^ann', 'startsWith', 'ann'],
    ['ann$', 'endsWith', 'ann'],
    ['^ann$', 'eq', 'ann'],
    ['ann', 'search', 'ann'],
    ['.*ann.*', 'search', 'ann'],
    ['^ann.*', 'startsWith', 'ann'],
    ['^.*ann$', 'endsWith', 'ann'],
    ['^ann\\.lee\\+x', 'startsWith', 'ann.lee+x'],
    ['^ann.lee+x@', 'startsWith', 'ann.lee+x@'],
  ] as const)('with the regular expression %s is converted to the operator %s', ([pattern, operator, value]) => {
    expect(conditionsOf([{ email: { $regex: pattern } }]).all).toEqual([{ field: 'email', operator, values: [value] }]);
  });

  test('given as an object requires all of its fields to match, even within an "or"', () => {
    expect(conditionsOf([{}])).toEqual({ all: [], any: [] });
    expect(conditionsOf({ sudo: true, state: 'STAGED' }).all).toEqual([eq('sudo', 'true'), eq('state', 'STAGED')]);
    expect(conditionsOf({ or: [{ a: 1, b: 2 }, 'c:$eq:3'] }).any).toEqual([
      [eq('a', '1'), eq('b', '2')],
      [eq('c', '3')],
    ]);
    expect(conditionsOf({ and: ['a:$eq:1'], or: 'b:$eq:2' })).toEqual({ all: [eq('a', '1')], any: [[eq('b', '2')]] });
    expect(conditionsOf('{"or":[{"a":["x","y"]}]}').any).toEqual([
      [{ field: 'a', operator: 'in', values: ['x', 'y'] }],
    ]);
    expect(conditionsOf({ created: { $gt: '1', $lt: '2' } }).all).toHaveLength(2);
  });

  test('in a query string may be given in numbered parameters', () => {
    const query = {
      filter: 'a:$eq:0',
      'filter[0]': 'a:$eq:1',
      'filter[and][0]': 'a:$eq:2',
      'filter[or][0]': 'b:$eq:3',
    };
    expect(queryConditions({ ...query, limit: '1' })).toEqual({
      all: [eq('a', '0'), eq('a', '1'), eq('a', '2')],
      any: [[eq('b', '3')]],
    });
  });

  test.for([
    'nonsense',
    'a:b',
    'a:like:x',
    'a:constructor:x',
    'a:$toString:x',
    'a:between:1',
    '[',
    '{"a":{"$eq":{"b":1}}}',
    '{"a":{"$regex":"^(a|b)"}}',
    '{"a":{"$regex":"a.*b"}}',
    '[["a"]]',
    '[1]',
  ])('is refused if it is %s', (text) => {
    expect(errorOf(() => conditionsOf(text)).code).toBe('invalidQuery');
  });

  test('with an unknown parameter name is refused, not ignored', () => {
    expect(errorOf(() => queryConditions({ 'filter[nor][0]': 'a:$eq:1' })).code).toBe('invalidQuery');
  });
});
