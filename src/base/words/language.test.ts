import { expect, test } from 'vitest';
import { languageIn, languageOfPerson } from './language.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['*', undefined],
  ['de-CH, fr', undefined],
  ['en-US,en;q=0.9', 'en'],
  ['zh-CN', 'zh'],
  ['zh-Hans-SG, en;q=0.5', 'zh'],
  ['zh_CN', 'zh'],
  ['de, zh;q=0.2, en;q=0.1', 'zh'],
  ['zh;q=0.4, en;q=0.5', 'en'],
  ['zh;q=0, en;q=0.1', 'en'],
  ['zh;q=high, en', 'en'],
  ['zh-TW', undefined],
  ['zh-HK, zh-CN;q=0.8', 'zh'],
  ['zh-Hant, en;q=0.5', 'en'],
] as const)('the preferred language in "%s" is %s', (tags, language) => {
  expect(languageIn(tags)).toBe(language);
});

test.each([
  [undefined, 'en', 'en'],
  [undefined, 'zh', 'zh'],
  [7, 'zh', 'zh'],
  ['', 'zh', 'zh'],
  ['not a language', 'zh', 'zh'],
  ['zh', 'en', 'zh'],
  ['zh-CN', 'en', 'zh'],
  ['zh_CN', 'en', 'zh'],
  ['ZH-hans', 'en', 'zh'],
  ['zh-SG', 'en', 'zh'],
  ['zh-Hans-HK', 'en', 'zh'],
  ['zh-TW', 'en', 'en'],
  ['zh-TW', 'zh', 'zh'],
  ['zh-Hant', 'en', 'en'],
  ['zh-Hant-CN', 'en', 'en'],
  ['zh-HK', 'en', 'en'],
  ['zh-MO', 'en', 'en'],
  ['zh-TW, zh-CN;q=0.5', 'en', 'zh'],
  ['zh-TW, en;q=0.5', 'zh', 'en'],
  ['en-US', 'zh', 'en'],
  ['de-CH', 'en', 'en'],
  ['de-CH', 'zh', 'zh'],
  ['de-CH, zh;q=0.5, en;q=0.2', 'en', 'zh'],
] as const)(
  'emails to a person who prefers %o in an organization with %s are in %s',
  (preferred, otherwise, language) => {
    expect(languageOfPerson(preferred, otherwise)).toBe(language);
  },
);
