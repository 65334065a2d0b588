import { expect, test } from 'vitest';
import { csvValue } from './export-people.ts';

test.for([
  ['Ann', '"Ann"'],
  [12, '"12"'],
  [null, '""'],
  [undefined, '""'],
  [true, '""'],
  [{ id: '1', name: 'Entra ID' }, '"Entra ID"'],
  ['a "quoted", name', '"a ""quoted"", name"'],
  ['two\nlines', '"two\nlines"'],
  ['探花 العربية', '"探花 العربية"'],
  // A spreadsheet would run these as formulas.
  ['=1+1', `"'=1+1"`],
  ['+41 44', `"'+41 44"`],
  ['-1', `"'-1"`],
  ['@sum', `"'@sum"`],
  ['\t=1', `"'\t=1"`],
  [{ name: '=cmd' }, `"'=cmd"`],
] as const)('the value %o is written as %s', ([value, text]) => {
  expect(csvValue(value)).toBe(text);
});
