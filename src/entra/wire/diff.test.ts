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

describe('what is to change', () => {
  it.each<[string, Partial<ComparedAttribute>, FlatValue | undefined, FlatValue | undefined]>([
    ['what is not wanted', {}, undefined, 'x'],
    ['what nobody has', {}, undefined, undefined],
    ['equal strings', {}, 'x', 'x'],
    ['strings of another case', {}, 'Ann Åsberg', 'ANN ÅSBERG'],
    ['equal booleans', { type: 'Boolean' }, true, true],
    ['a boolean as a string', { type: 'Boolean' }, 'True', true],
    ['a boolean of an attribute that is no boolean', {}, false, 'False'],
    ['equal numbers', { type: 'Integer' }, 5, 5],
    ['a number as a string', { type: 'Integer' }, '05', 5],
    ['the same moment', { type: 'DateTime' }, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000+01:00'],
    ['the same reference', { type: 'Reference' }, 'm1', 'm1'],
    ['lists in another order', {}, ['a', 'B'], ['b', 'A']],
    ['a list of one and its value', {}, ['a'], 'a'],
    ['an empty list and none', {}, [], undefined],
    ['an empty list and an empty one', {}, [], []],
    [
      'roles of which the target knows more',
      {},
      [role('User')],
      [{ value: 'User', type: 'R', display: 'User', $ref: 'x' }],
    ],
    ['an object', {}, { room: '7' }, { room: '7' }],
    ['all roles that are only added', { addOnly: true }, [role('User')], [role('User'), role('Admin')]],
  ])('is not %s', (_, attribute, wanted, present) => {
    expect(change(attribute, wanted, present)).toEqual([]);
  });

  it.each<[string, Partial<ComparedAttribute>, FlatValue, FlatValue | undefined, 'add' | 'replace', FlatValue?]>([
    ['is added where nothing is', {}, 'x', undefined, 'add'],
    ['is added to an empty list', {}, ['x'], [], 'add'],
    ['replaces another value', {}, 'x', 'y', 'replace'],
    ['replaces an empty one', {}, 'x', '', 'replace'],
    ['replaces another case where it counts', { caseExact: true }, 'Ann', 'ANN', 'replace'],
    ['is ß and SS', {}, 'Strauß', 'STRAUSS', 'replace'],
    ['is a boolean', { type: 'Boolean' }, false, true, 'replace'],
    ['is no boolean', { type: 'Boolean' }, 'perhaps', true, 'replace'],
    ['is a number', { type: 'Integer' }, 5, 6, 'replace'],
    ['is no number', { type: 'Integer' }, 'x', 'y', 'replace'],
    ['is another moment', { type: 'DateTime' }, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', 'replace'],
    ['is no moment', { type: 'DateTime' }, 'soon', 'late', 'replace'],
    ['is a reference, whose case counts', { type: 'Reference' }, 'm1', 'M1', 'replace'],
    ['is a list with more', {}, ['a', 'b'], ['a'], 'replace'],
    ['is a list with less', {}, ['a'], ['a', 'b'], 'replace'],
    ['is an empty list', {}, [], ['a'], 'replace'],
    ['is a role', {}, [role('User')], [role('Admin')], 'replace'],
    ['is a role that is not primary', {}, [role('User')], [role('User', { primary: true })], 'replace'],
    ['is an object', {}, { room: '7' }, '7', 'replace'],
    [
      'are roles that are missing',
      { addOnly: true },
      [role('User'), role('Admin')],
      [role('User')],
      'add',
      [role('Admin')],
    ],
  ])('%s', (...[, attribute, wanted, present, op, value = wanted]) => {
    expect(change(attribute, wanted, present)).toEqual([[op, value]]);
  });

  it('is told in the order of the mappings', () => {
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
