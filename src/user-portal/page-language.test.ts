import { expect, test } from 'vitest';
import { keepLanguage, pageLanguageOf } from './page-language.ts';

test.each([
  ['/portal/forgot', undefined, 'en', false],
  ['/portal/forgot', 'en-US,en;q=0.9', 'en', false],
  ['/portal/forgot', 'zh-CN,zh;q=0.9,en;q=0.8', 'zh', false],
  ['/portal/forgot', 'de-CH,zh-Hans;q=0.9', 'zh', false],
  ['/portal/forgot', 'de-CH', 'en', false],
  ['/portal/forgot?lang=en', 'zh-CN', 'en', true],
  ['/portal/forgot?lang=zh', 'en', 'zh', true],
  ['/portal/forgot?lang=tlh', 'zh-CN', 'zh', false],
  ['/portal/forgot?lang=', undefined, 'en', false],
] as const)('a page at %s with Accept-Language %s is in %s', (url, accepted, language, isChosen) => {
  const headers = accepted === undefined ? {} : { 'accept-language': accepted };
  expect(pageLanguageOf({ url, method: 'GET', headers })).toMatchObject({ language, isChosen });
  expect(pageLanguageOf({ url, method: 'POST', headers })).toMatchObject({ language, isChosen: true });
});

test.each([
  ['/portal/activate?token=a%2Bb', '/portal/activate?token=a%2Bb&lang=zh'],
  ['/portal/activate?lang=en&token=a', '/portal/activate?lang=zh&token=a'],
  ['//evil.example/', '/evil.example/?lang=zh'],
  ['/\\evil.example', '/evil.example?lang=zh'],
])('the other language of %s is at %s', (url, href) => {
  expect(pageLanguageOf({ url, method: 'GET', headers: {} }).others).toEqual([{ language: 'zh', href }]);
});

test('keeps a language that the address names, and no other', () => {
  expect(keepLanguage({ url: '/portal/forgot?lang=zh' }, '/portal/forgot?problem=empty')).toBe(
    '/portal/forgot?problem=empty&lang=zh',
  );
  expect(keepLanguage({ url: '/portal/forgot?lang=tlh' }, '/portal/forgot')).toBe('/portal/forgot');
  expect(keepLanguage({ url: '/portal/forgot' }, '/portal/forgot')).toBe('/portal/forgot');
});
