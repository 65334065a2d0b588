import { chooseCatalog } from './catalog-choice.ts';
import { en, type Words } from './en.ts';

export { setLanguage } from './catalog-choice.ts';
export { languageNames, languages } from './languages.ts';

/** The language of the console, with its texts. */
export const { startLanguage, useLanguage, useCurrentWords } = chooseCatalog<Words>(en, {
  en: async () => await Promise.resolve(en),
  zh: async () => (await import('./zh.ts')).zh,
});
