import { expect, test } from 'vitest';
import { RowSpool } from './row-spool.ts';

test('returns the rows in the order of any columns, with an empty text where a row has no value', () => {
  const spool = new RowSpool();
  spool.add([new Map([['username', 'ann']]), new Map([['Group1', 'Sales "north", 探花\n']])]);
  spool.add([
    new Map([
      ['work_number', '+49'],
      ['username', 'bob'],
    ]),
  ]);
  expect(spool.columns).toEqual(['username', 'Group1', 'work_number']);
  expect([...spool.pages(['work_number', 'none', 'username', 'Group1'])]).toEqual([
    [
      ['', '', 'ann', ''],
      ['', '', '', 'Sales "north", 探花\n'],
    ],
    [['+49', '', 'bob', '']],
  ]);
});

test('releases each page once it was returned', () => {
  const spool = new RowSpool();
  spool.add([new Map([['username', 'ann']])]);
  expect([...spool.pages(['username'])]).toHaveLength(1);
  expect([...spool.pages(['username'])]).toHaveLength(0);
});
