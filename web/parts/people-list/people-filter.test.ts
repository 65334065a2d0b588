import { describe, expect, test } from 'vitest';
import { columnNames, parseColumns } from './columns.ts';
import { isFiltered, peopleQuery, viewDefaults, type PeopleView } from './people-filter.ts';
import { movedTo } from './use-list-keys.ts';

const now = new Date('2026-05-04T10:00:30.500Z');
const query = (view: Partial<PeopleView>) => peopleQuery({ ...viewDefaults, ...view }, 'present', now);
const plain = { presence: 'present', sort: 'name', order: 'asc' };

describe('peopleQuery', () => {
  test.for<[Partial<PeopleView>, object]>([
    [{}, {}],
    [{ search: '  ann ' }, { search: 'ann' }],
    [{ search: '   ' }, {}],
    [
      { state: 'SUSPENDED', password: 'Locked' },
      { state: 'SUSPENDED', passwordStatus: 'Locked' },
    ],
    [
      { source: 'none', group: 'g', department: 'R&D', reason: 'emailTaken' },
      { source: 'none', group: 'g', department: 'R&D', reason: 'emailTaken' },
    ],
    [
      { sort: 'email', order: 'desc' },
      { sort: 'email', order: 'desc' },
    ],
    [{ since: 'hour' }, { changedSince: '2026-05-04T09:00:00.000Z' }],
    [{ since: 'month' }, { changedSince: '2026-04-04T10:00:00.000Z' }],
    // What the server does not know, as in a mistyped URL, counts as not set.
    [{ state: 'x', password: 'x', since: 'x', sort: 'x', order: 'x' }, {}],
    [{ since: 'toString', state: 'constructor' }, {}],
  ])('asks for the view %o with %o', ([view, expected]) => {
    expect(query(view)).toEqual({ ...plain, ...expected });
  });

  test('asks the same question within a minute', () => {
    const view = { ...viewDefaults, since: 'day' };
    const later = new Date(now.getTime() + 29_499);
    expect(peopleQuery(view, 'refused', later)).toEqual(peopleQuery(view, 'refused', now));
    expect(peopleQuery(view, 'refused', new Date(now.getTime() + 29_500))).not.toEqual(
      peopleQuery(view, 'refused', now),
    );
  });

  test.for<[Partial<PeopleView>, boolean]>([
    [{}, false],
    [{ search: 'ann', sort: 'email', presence: 'refused' }, false],
    [{ state: 'STAGED' }, true],
    [{ group: 'fixed' }, false],
  ])('the view %o can be cleared: %s', ([view, expected]) => {
    expect(isFiltered({ ...viewDefaults, ...view }, { group: 'fixed' })).toBe(expected);
  });
});

test.for([
  ['j', -1, 10, 0],
  ['j', 9, 10, 9],
  ['ArrowDown', 3, 10, 4],
  ['k', 0, 10, 0],
  ['ArrowUp', 4, 10, 3],
  ['PageDown', 0, 100, 20],
  ['PageDown', 95, 100, 99],
  ['PageUp', 10, 100, 0],
  ['Home', 50, 100, 0],
  ['End', 0, 100, 99],
  ['x', 0, 10, undefined],
  ['j', -1, 0, undefined],
] as const)('the key %s moves from row %i of %i rows to %s', ([key, active, total, to]) => {
  expect(movedTo(key, active, total)).toBe(to);
});

test.for([
  ['name', ['name']],
  ['', ['name']],
  ['email,nothing', ['name', 'email']],
  // In the order of the list, whatever the order of the text is.
  ['lastChanged,email', ['name', 'email', 'lastChanged']],
  [columnNames.join(','), columnNames],
] as const)('the stored columns "%s" are %o', ([text, columns]) => {
  expect(parseColumns(text)).toEqual(columns);
});

test('without a stored text, the list has its first columns', () => {
  expect(parseColumns(null).length).toBeGreaterThan(3);
  expect(parseColumns(null)[0]).toBe('name');
});
