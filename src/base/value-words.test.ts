import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeValuesPlainly } from '#base/value-words.ts';

describeValuesPlainly();

test.each([
  ['a value that is missing', z.string(), undefined, 'is missing'],
  ['a choice that is missing', z.enum(['a', 'b']), undefined, 'is missing'],
  ['a number for a text', z.string(), 3, 'must be a text, not a number'],
  ['null for a list', z.array(z.string()), null, 'must be a list, not null'],
  ['a list for an object', z.object({}), [], 'must be an object, not a list'],
  ['a text for true or false', z.boolean(), 'yes', 'must be true or false, not a text'],
  ['an empty text', z.string().min(1), '', 'must not be empty'],
  ['a text that is too short', z.string().min(32), 'short', 'must have at least 32 characters'],
  ['a text that is too long', z.string().max(2), 'abc', 'must have at most 2 characters'],
  ['a list that is too long', z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry'],
  ['a number that is too small', z.number().min(1), 0, 'must be at least 1'],
  ['a number that is too large', z.int().max(100), 101, 'must be at most 100'],
  ['another choice', z.enum(['auto', 'on', 'off']), 'perhaps', 'must be one of auto, on, off'],
  ['another constant', z.literal('all'), 'some', 'must be all'],
  [
    'a date without a time',
    z.iso.datetime(),
    '2026-01-01',
    'must be a date and time such as 2026-01-31T18:00:00Z (RFC 3339)',
  ],
  ['a name for an e-mail address', z.email(), 'ann', 'must be an e-mail address'],
  ['a number that must be larger', z.number().gt(0), 0, 'must be more than 0'],
  ['a number that must be smaller', z.number().lt(9), 9, 'must be less than 9'],
  ['a list that is too short', z.array(z.string()).min(2), ['a'], 'must have at least 2 entries'],
  ['a number of another step', z.number().multipleOf(5), 7, 'must be a multiple of 5'],
  ['another pattern', z.string().regex(/^a+$/), 'b', 'must be of the form /^a+$/'],
  ['an unknown field', z.strictObject({}), { b: 1 }, 'has the unknown field b'],
  ['a value where none may be', z.never(), 1, 'cannot be given'],
  ['a value of no alternative', z.union([z.string().max(1), z.number()]), 'ab', 'must have at most 1 character'],
  [
    'a type of no alternative',
    z.union([z.string(), z.number()]),
    [],
    'must be a text, not a list, or must be a number, not a list',
  ],
  ['a missing value of any alternative', z.union([z.string(), z.number()]), undefined, 'is missing'],
  ['a message that the schema has itself', z.string().min(3, 'is a short name'), 'a', 'is a short name'],
])('describes %s', (_what, schema, value, words) => {
  expect(schema.safeParse(value).error?.issues.map(({ message }) => message)).toEqual([words]);
});
