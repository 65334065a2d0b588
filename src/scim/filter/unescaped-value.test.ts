import { expect, test } from 'vitest';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { parseFilter } from './parse.ts';

function errorOf(filter: string): AppError {
  try {
    parseFilter(filter);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The filter was parsed without an error.');
}

test.each([
  ['displayName eq "This is "test" group."', 'quotation mark', 25],
  ['displayName eq "R\\D"', 'backslash', 15],
  ['displayName eq "Sales "and" more"', 'quotation mark', 26],
  ['displayName eq "Sales "or" not"', 'quotation mark', 25],
  ['displayName eq "ends with \\"', 'backslash', 15],
  ['externalId eq ""quoted""', 'quotation mark', 16],
  ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "R\\D"', 'backslash', 59],
] as const)('the error for %s says that Entra ID does not escape a %s', (filter, character, position) => {
  const error = errorOf(filter);
  expect(error).toMatchObject({ code: 'filterSyntax', position });
  expect(error.reason).toMatchObject({ code: 'filterValueUnescaped', parameters: { character } });
  expect(messageFor(error, 'scim')).toContain(`has a ${character} that is not escaped. Entra ID does not escape a`);
  expect(messageFor(error, 'scim')).toContain('match groups by objectId → externalId');
  expect(messageFor(error, 'rest')).not.toContain('Entra ID');
});

test.each([
  'displayName eq "a" or "b"',
  'displayName eq "a" and title co "b" "c"',
  'displayName eq "a" and (active eq true or title pr "b")',
  'displayName eq "a" or not (active eq true) "b"',
  'displayName equals "a"',
  'displayName eq a',
  'displayName eq "never ends',
])('the error for %s does not mention escaping, since its quotation marks may be intended', (filter) => {
  expect(errorOf(filter).reason).toBeUndefined();
});

test('the error does not contain the value of the filter, which may be a secret', () => {
  const error = errorOf('password eq "Sec"ret"');
  expect(error.message).not.toContain('Sec');
  expect(JSON.stringify(error.reason?.parameters)).not.toContain('Sec');
});
