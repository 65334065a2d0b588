import { isTraditionalChinese } from '#base/words/language.ts';

/** The languages of the console and of the portal, each with its own name. */
export const languages = { en: 'English', zh: '简体中文' } as const;
export type Language = keyof typeof languages;
export const languageNames = Object.keys(languages) as readonly Language[];

/**
 * Returns the language of the reader: the one that was chosen on this device, or else the first one that the browser asks for.
 * Readers of Traditional Chinese get the next language that they read, because the Chinese texts have another script.
 *
 * @param preferred The BCP 47 tags of the browser, the most wanted one first.
 * @example
 * languageOf(null, ['de-CH', 'zh-Hans-CN', 'en']); // 'zh'
 */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  const read = preferred.filter((tag) => !isTraditionalChinese(tag));
  const wanted = [chosen ?? '', ...read].map((tag) => tag.split('-', 1)[0]?.toLowerCase());
  return wanted.flatMap((name) => languageNames.find((known) => known === name) ?? [])[0] ?? 'en';
}
