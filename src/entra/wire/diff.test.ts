import { describe, expect, it } from 'vitest';
import { diff, type ComparedAttribute } from './diff.ts';
import type { FlatValue } from './flat-resource.ts';

const role = (value: string, more = {}) => ({ primary: false, type: 'R', display: value, value, ...more });

function change(attribute: Partial<ComparedAttribute>, wanted: FlatValue | undefined, present: FlatValue | undefined) {
  const whole: ComparedAttribute = { target: 'a', type: 'String', caseExact: false, ...attribute };
  const of = (value: FlatValue | undefined) => new Map(value === undefined ? [] : [['a', value] as const]);
  const changes = diff([whole], of(wanted), of(present));
  return changes.map(({ op, value }) => [op, value]);
}

describe('the difference between two resources', () => {
  it.each<[string, Partial<ComparedAttribute>, FlatValue | undefined, FlatValue | undefined]>([
    ['a value that only the target has', {}, undefined, 'x'],
    ['an attribute without values on both sides', {}, undefined, undefined],
    ['equal strings', {}, 'x', 'x'],
    ['strings that differ in case', {}, 'Ann Åsberg', 'ANN ÅSBERG'],
    ['equal booleans', { type: 'Boolean' }, true, true],
    ['a boolean as a string', { type: 'Boolean' }, 'True', true],
    ['a boolean and its string, for an attribute of another type', {}, false, 'False'],
    ['equal numbers', { type: 'Integer' }, 5, 5],
    ['a number as a string', { type: 'Integer' }, '05', 5],
    ['the same time in another format', { type: 'DateTime' }, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000+01:00'],
    ['the same reference', { type: 'Reference' }, 'm1', 'm1'],
    ['lists in different orders', {}, ['a', 'B'], ['b', 'A']],
    ['a list of one element and its value', {}, ['a'], 'a'],
    ['an empty list and no value', {}, [], undefined],
    ['two empty lists', {}, [], []],
    [
      'roles that have further sub-attributes in the target',
      {},
      [role('User')],
      [{ value: 'User', type: 'R', display: 'User', $ref: 'x' }],
    ],
    ['an object', {}, { room: '7' }, { room: '7' }],
    ['roles that all exist, if roles are only added', { addOnly: true }, [role('User')], [role('User'), role('Admin')]],
  ])('is empty for %s', (_, attribute, wanted, present) => {
    expect(change(attribute, wanted, present)).toEqual([]);
  });

  it.each<[string, Partial<ComparedAttribute>, FlatValue, FlatValue | undefined, 'add' | 'replace', FlatValue?]>([
    ['adds a value where the target has none', {}, 'x', undefined, 'add'],
    ['adds to an empty list', {}, ['x'], [], 'add'],
    ['replaces a different value', {}, 'x', 'y', 'replace'],
    ['replaces an empty string', {}, 'x', '', 'replace'],
    ['replaces a value in another case if the attribute is case-exact', { caseExact: true }, 'Ann', 'ANN', 'replace'],
    ['distinguishes ß from SS', {}, 'Strauß', 'STRAUSS', 'replace'],
    ['replaces a boolean', { type: 'Boolean' }, false, true, 'replace'],
    ['replaces a boolean with text that is not a boolean', { type: 'Boolean' }, 'perhaps', true, 'replace'],
    ['replaces a number', { type: 'Integer' }, 5, 6, 'replace'],
    ['replaces text that is not a number', { type: 'Integer' }, 'x', 'y', 'replace'],
    ['replaces another time', { type: 'DateTime' }, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', 'replace'],
    ['replaces text that is not a time', { type: 'DateTime' }, 'soon', 'late', 'replace'],
    ['compares references case-sensitively', { type: 'Reference' }, 'm1', 'M1', 'replace'],
    ['replaces a list that lacks an element', {}, ['a', 'b'], ['a'], 'replace'],
    ['replaces a list that has an extra element', {}, ['a'], ['a', 'b'], 'replace'],
    ['replaces a list with an empty list', {}, [], ['a'], 'replace'],
    ['replaces another role', {}, [role('User')], [role('Admin')], 'replace'],
    [
      'replaces a primary role with a role that is not primary',
      {},
      [role('User')],
      [role('User', { primary: true })],
      'replace',
    ],
    ['replaces a string with an object', {}, { room: '7' }, '7', 'replace'],
    [
      'adds only the missing roles',
      { addOnly: true },
      [role('User'), role('Admin')],
      [role('User')],
      'add',
      [role('Admin')],
    ],
  ])('%s', (...[, attribute, wanted, present, op, value = wanted]) => {
    expect(change(attribute, wanted, present)).toEqual([[op, value]]);
  });

  it('lists the changes in the order of the mappings', () => {
    const attributes = ['c', 'a', 'b'].map((target) => ({ target, type: 'String', caseExact: false }) as const);
    const wanted = new Map([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    expect(diff(attributes, wanted, new Map([['a', '0']])).map(({ target, op }) => `${op} ${target}`)).toEqual([
      'add c',
      'replace a',
      'add b',
    ]);
  });
});
