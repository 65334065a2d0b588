import type { Language } from '#base/words/language.ts';
import { enChangeWords } from './change-words.ts';
import { zhChangeWords } from './change-words-zh.ts';
import type { ChangeWords } from './word-shapes.ts';

const catalogs: Readonly<Record<Language, ChangeWords>> = { en: enChangeWords, zh: zhChangeWords };

/**
 * Returns the words about changes in a language. Only the server reads them here: the console has those of its reader in its catalog, so
 * that readers of English do not load the Chinese ones.
 */
export function changeWordsIn(language: Language): ChangeWords {
  return catalogs[language];
}
