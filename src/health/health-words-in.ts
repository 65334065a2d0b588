import type { Language } from '#base/words/language.ts';
import { enHealthWords, type HealthWords } from './health-words.ts';
import { zhHealthWords } from './health-words-zh.ts';

const catalogs: Readonly<Record<Language, HealthWords>> = { en: enHealthWords, zh: zhHealthWords };

/** Returns the details of findings in a language. */
export function healthWordsIn(language: Language): HealthWords {
  return catalogs[language];
}
