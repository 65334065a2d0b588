/** The languages in which the server writes texts for people. Machine-readable texts are English. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/**
 * Returns the language that a text with BCP 47 tags prefers: an Accept-Language header (RFC 9110 §12.5.4), or the `preferredLanguage` of a
 * user (RFC 7643 §4.1.1). Returns undefined if it names none of the languages of the server. A text in Simplified Chinese is for readers of
 * Simplified Chinese: Traditional Chinese counts as a language that the server does not have.
 *
 * @example
 * languageIn('de-CH, zh-CN;q=0.8, en;q=0.9'); // 'en'
 * languageIn('zh-Hans'); // 'zh'
 * languageIn('zh-TW, en;q=0.5'); // 'en'
 */
export function languageIn(tags: string | undefined): Language | undefined {
  return wantedTags(tags ?? '')
    .filter((tag) => !isTraditionalChinese(tag))
    .flatMap((tag) => languages.find((known) => known === tag.split(/[-_]/, 1)[0]) ?? [])[0];
}

/** Returns the tags of an Accept-Language header in small letters, the most wanted one first. */
function wantedTags(header: string): readonly string[] {
  const weighted = header.split(',', TAGS_MAX).map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { tag, weight: weight === undefined ? 1 : Number(weight) };
  });
  return weighted
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}

/**
 * Returns the language of emails to a person.
 *
 * @param preferred The `preferredLanguage` of the person (RFC 7643 §4.1.1), which has the form of an Accept-Language header.
 * @param otherwise The language if `preferred` names none of the languages of the server, such as that of the organization.
 * @example
 * languageOfPerson('zh-Hans', 'en'); // 'zh'
 * languageOfPerson('zh-TW', 'en'); // 'en'
 */
export function languageOfPerson(preferred: unknown, otherwise: Language): Language {
  return (typeof preferred === 'string' ? languageIn(preferred) : undefined) ?? otherwise;
}

/** True for a tag such as zh-TW or zh-Hant, whose readers use another script. */
export function isTraditionalChinese(tag: string): boolean {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).maximize().script === 'Hant';
  } catch {
    return false;
  }
}

/** The maximum number of tags that are read. */
const TAGS_MAX = 20;

/** Removes the exact texts of a catalog, so that the catalog of another language can have its own. A text that is missing is a type error. */
export type Shape<Value> = Value extends (...values: infer Values) => string
  ? (...values: Values) => string
  : Value extends string
    ? string
    : { readonly [Name in keyof Value]: Shape<Value[Name]> };
