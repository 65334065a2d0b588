import { expect, test } from 'vitest';
import { withinSentence } from './within-sentence.ts';

test.each([
  ['The primary email is missing', 'the primary email is missing'],
  ['A value is too long', 'a value is too long'],
  ['SCIM cannot do this', 'SCIM cannot do this'],
  ['userName is taken', 'userName is taken'],
  ['', ''],
])('makes "%s" a part of a sentence', (text, within) => {
  expect(withinSentence(text)).toBe(within);
});
