import type { Language } from '#base/words/language.ts';
import { enPageWords, type PageWords } from './en-page-words.ts';
import { zhPageWords } from './zh-page-words.ts';

export type { PageWords };

const words: Readonly<Record<Language, PageWords>> = { en: enPageWords, zh: zhPageWords };

/** Returns the texts of the pages in a language. */
export function pageWordsIn(language: Language): PageWords {
  return words[language];
}
