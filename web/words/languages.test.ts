import { expect, test } from 'vitest';
import { languageOf } from './languages.ts';

test.each([
  [null, ['en-US', 'en'], 'en'],
  [null, ['zh-CN', 'en'], 'zh'],
  [null, ['zh-Hans-SG'], 'zh'],
  [null, ['de-CH', 'zh-CN', 'en'], 'zh'],
  [null, ['de-CH', 'fr'], 'en'],
  [null, [], 'en'],
  ['zh', ['en-US'], 'zh'],
  ['en', ['zh-CN'], 'en'],
  ['tlh', ['zh-CN'], 'zh'],
  [null, ['zh-TW', 'en'], 'en'],
  [null, ['zh-Hant-HK', 'zh-Hans'], 'zh'],
  ['zh', ['zh-TW'], 'zh'],
] as const)(
  'with the choice %s and the languages %o of the browser, the language is %s',
  (chosen, preferred, found) => {
    expect(languageOf(chosen, preferred)).toBe(found);
  },
);
