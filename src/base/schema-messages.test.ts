import { expect, test } from 'vitest';
import { z } from 'zod';
import { installSchemaMessages } from '#base/schema-messages.ts';

installSchemaMessages();

test.each([
  ['a missing text', z.string(), undefined, 'is missing'],
  ['a missing choice', z.enum(['a', 'b']), undefined, 'is missing'],
  ['a number instead of a text', z.string(), 3, 'must be a text, not a number'],
  ['null instead of a list', z.array(z.string()), null, 'must be a list, not null'],
  ['a list instead of an object', z.object({}), [], 'must be an object, not a list'],
  ['a text instead of true or false', z.boolean(), 'yes', 'must be true or false, not a text'],
  ['an empty text', z.string().min(1), '', 'must not be empty'],
  ['a text that is too short', z.string().min(32), 'short', 'must have at least 32 characters'],
  ['a text that is too long', z.string().max(2), 'abc', 'must have at most 2 characters'],
  ['a list that is too long', z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry'],
  ['a number that is too small', z.number().min(1), 0, 'must be at least 1'],
  ['a number that is too large', z.int().max(100), 101, 'must be at most 100'],
  ['a text in place of a number', z.coerce.number(), 'abc', 'must be a number'],
  ['a text in place of a whole number', z.coerce.number().int(), 'abc', 'must be a number'],
  ['a fraction', z.coerce.number().int(), '1.5', 'must be a whole number, not 1.5'],
  ['an infinite number', z.coerce.number(), 'Infinity', 'must be a number, not Infinity'],
  ['an unknown choice', z.enum(['auto', 'on', 'off']), 'perhaps', 'must be one of auto, on, off'],
  ['a value other than the constant', z.literal('all'), 'some', 'must be all'],
  [
    'a date without a time',
    z.iso.datetime(),
    '2026-01-01',
    'must be a date and time such as 2026-01-31T18:00:00Z (RFC 3339)',
  ],
  ['a name instead of an email address', z.email(), 'ann', 'must be an email address'],
  ['a number at an exclusive minimum', z.number().gt(0), 0, 'must be more than 0'],
  ['a number at an exclusive maximum', z.number().lt(9), 9, 'must be less than 9'],
  ['a list that is too short', z.array(z.string()).min(2), ['a'], 'must have at least 2 entries'],
  ['a number that is not a multiple', z.number().multipleOf(5), 7, 'must be a multiple of 5'],
  ['a text that does not match the pattern', z.string().regex(/^a+$/), 'b', 'must be of the form /^a+$/'],
  ['an unknown field', z.strictObject({}), { b: 1 }, 'has the unknown field b'],
  ['a value that is never allowed', z.never(), 1, 'cannot be given'],
  ['a value that fits no alternative', z.union([z.string().max(1), z.number()]), 'ab', 'must have at most 1 character'],
  [
    'a type that fits no alternative',
    z.union([z.string(), z.number()]),
    [],
    'must be a text, not a list, or must be a number, not a list',
  ],
  ['a missing value with alternatives', z.union([z.string(), z.number()]), undefined, 'is missing'],
  ['a value whose schema has its own message', z.string().min(3, 'is a short name'), 'a', 'is a short name'],
])('the schema message for %s says what is wrong', (_what, schema, value, words) => {
  expect(schema.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([words]);
});
