import { expect, test } from 'vitest';
import { errorTable } from '../error-table.ts';
import { reasonTable } from './reasons.ts';
import { errorCodesOfReason, refusalCodes, requireRefusalCode } from './refusal-codes.ts';

test('every code of an error and of a reason is known, and every reason belongs to errors', () => {
  for (const code of [...Object.keys(errorTable), ...Object.keys(reasonTable)]) {
    expect(() => requireRefusalCode(code)).not.toThrow();
  }
  for (const code of Object.keys(reasonTable)) expect(errorCodesOfReason(code)).not.toEqual([]);
  expect(errorCodesOfReason('emailMissing')).toEqual(['emailRequired']);
  expect(errorCodesOfReason('valuesTaken')).toEqual(['userNameTaken', 'emailTaken', 'groupNameTaken']);
  expect(errorCodesOfReason('emailRequired')).toEqual([]);
});

test('the refusal of an unknown code names a similar code and known ones', () => {
  expect(() => requireRefusalCode('emailMising')).toThrow('Did you mean emailMissing?');
  const named = /such as (?<codes>[^:]+):/;
  try {
    requireRefusalCode('__proto__');
    expect.unreachable();
  } catch (error) {
    const message = String(error);
    expect(message).toContain('"__proto__" is not known. Send the code');
    for (const code of named.exec(message)?.groups?.['codes']?.split(', ') ?? [''])
      expect(refusalCodes).toContain(code);
  }
});
