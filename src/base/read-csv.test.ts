import { expect, test } from 'vitest';
import { readCsv } from './read-csv.ts';

const limits = { delimiter: ',', recordLengthMax: 40 };

test('readCsv() returns each record of a file with the line on which it ends', () => {
  expect(readCsv('\u{feff}a, b\r\n\r\n1,"2\r\n3"\r\n"4 ""x""",', limits)).toEqual([
    { cells: ['a', 'b'], line: 1 },
    { cells: ['1', '2\n3'], line: 4 },
    { cells: ['4 "x"', ''], line: 5 },
  ]);
});

test.for([
  ['a,b\n1', 'Line 2 ends after column 1: the first line names 2 columns. Put a cell'],
  ['a,b\n1,2\n3,4,5', 'Line 3 continues after column 2: the first line names 2 columns. Put a cell'],
  ['a,b\n1,"secret', 'A double quote begins a cell of column 2, and no double quote ends it before line 2, where'],
  ['a,b\nsec"ret,2', 'Line 2, column 1: a double quote is inside a cell that does not begin with one. Put a cell'],
  ['a,b\n1,"2"secret', 'Line 2, column 2: the cell continues after the double quote that ends it. Put a cell'],
  ['a,b\n1,"2" secret', 'Line 2, column 2: the cell continues after the double quote that ends it. Put a cell'],
  [`a,b\n1,${'2'.repeat(41)}`, 'Line 2, column 2: the record is longer than 40 bytes, which is the limit.'],
  ['a,b\n1,2\nM\u{fffd}ller,2', 'Line 3 has the character U+FFFD, which replaces a byte that a program'],
] as const)('readCsv() rejects %j with a message that names the place and quotes no cell', ([text, message]) => {
  try {
    readCsv(text, limits);
    expect.unreachable();
  } catch (error) {
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toMatch(/secret|Invalid|tolerated/);
  }
});

test('readCsv() accepts a record of exactly the maximum length', () => {
  expect(readCsv(`a\n${'x'.repeat(40)}`, limits)).toHaveLength(2);
});
