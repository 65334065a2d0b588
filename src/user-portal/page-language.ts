import type { FastifyRequest } from 'fastify';
import { languageIn, languages, type Language } from '#base/words/language.ts';

/** The parameter of an address that chooses the language of the page. Forms and redirects keep it. */
const PARAMETER = 'lang';

/** The language of a page, and the same page in the other languages. */
export interface PageLanguage {
  readonly language: Language;
  /** True if the address names the language, or if the page answers a form. */
  readonly isChosen: boolean;
  /** For each other language, the address of the page. */
  readonly others: readonly { readonly language: Language; readonly href: string }[];
}

/** Returns the language of a page: the one that its address names, or else that of the Accept-Language header, or English. */
export function pageLanguageOf({
  url,
  method,
  headers,
}: Pick<FastifyRequest, 'url' | 'method' | 'headers'>): PageLanguage {
  const [path = '', query = ''] = splitOnce(url, '?');
  const named = new URLSearchParams(query).get(PARAMETER);
  const chosen = languages.find((language) => language === named);
  const language = chosen ?? languageIn(headers['accept-language']) ?? 'en';
  return {
    language,
    isChosen: chosen !== undefined || method !== 'GET',
    others: languages
      .filter((other) => other !== language)
      .map((other) => ({ language: other, href: withParameter(path, query, other) })),
  };
}

/**
 * Returns a path of these pages with the language of the request, if its address names one.
 *
 * @example
 * keepLanguage(request, '/portal/forgot'); // '/portal/forgot?lang=zh'
 */
export function keepLanguage({ url }: Pick<FastifyRequest, 'url'>, path: string): string {
  const [, query = ''] = splitOnce(url, '?');
  const named = new URLSearchParams(query).get(PARAMETER);
  const chosen = languages.find((language) => language === named);
  if (chosen === undefined) return path;
  const [own = '', kept = ''] = splitOnce(path, '?');
  return withParameter(own, kept, chosen);
}

function withParameter(path: string, query: string, language: Language): string {
  const parameters = new URLSearchParams(query);
  parameters.set(PARAMETER, language);
  // A browser would take what follows several slashes or backslashes as the name of a host.
  return `${path.replace(/^[/\\]+/, '/')}?${parameters.toString()}`;
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
