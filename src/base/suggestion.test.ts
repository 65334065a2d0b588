import { expect, test } from 'vitest';
import { suggestion } from './suggestion.ts';

const names = ['Not', 'Count', 'ToLower', 'Append', 'mail', 'department', 'displayName'];

test.each([
  ['mial', 'mail'],
  ['APEND', 'Append'],
  ['ToLwoer', 'ToLower'],
  ['departmnet', 'department'],
  ['dispalyNmae', 'displayName'],
  ['Nto', 'Not'],
  ['Foo', undefined],
  ['CInt', undefined],
  ['depart', undefined],
  ['', undefined],
  ['no', undefined],
  ['dipNme', undefined],
  ['Aped', 'Append'],
  ['NOT', 'Not'],
] as const)('for "%s", it is %s', (name, expected) => {
  expect(suggestion(name, names)).toBe(expected);
});
