import { entraFlags } from '#scim/clients/entra-id.ts';
import { AppError, quote } from '#base/errors.ts';

/** Query parameters as the HTTP server parses them. A parameter that was sent more than once has an array as its value. */
export type Query = Readonly<Record<string, unknown>>;

/**
 * True if the query has the flag that an administrator of Entra ID appends to the Tenant URL, with or without a value.
 *
 * @example
 * hasFlag({ aadOptscim062020: '' }); // true
 */
export function hasFlag(query: Query): boolean {
  return Object.keys(query).some((key) => entraFlags.has(key.toLowerCase()));
}

/** Returns a query parameter. Throws `invalidQuery` if it was sent more than once. Unknown parameters are ignored. */
export function textParameter(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AppError('invalidQuery', `The query parameter ${name} was sent more than once: send it once.`, {
    attribute: name,
  });
}

/**
 * Repairs a URL that a client built by appending a path to a Tenant URL with the flag: moves the flag behind the path. Returns other
 * URLs unchanged.
 *
 * @example
 * repairUrl('/scim/v2/?aadOptscim062020/Users?filter=x'); // '/scim/v2/Users?aadOptscim062020&filter=x'
 */
export function repairUrl(url: string): string {
  const match = /^(.*?)\/?\?(aadOptscim062020|AzureAdScimPatch062020)((?:=[^/?&]*)?)(\/[^?]*)(?:\?(.*))?$/i.exec(url);
  if (match === null) return url;
  const [, base = '', flag = '', value = '', path = '', rest] = match;
  return `${base}${path}?${flag}${value}${rest === undefined ? '' : `&${rest}`}`;
}

/** Parses a whole number; returns undefined for a missing or empty text. Throws `invalidCount` or `invalidQuery`. */
export function integerParameter(name: 'startIndex' | 'count', text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  const code = name === 'count' ? 'invalidCount' : 'invalidQuery';
  throw new AppError(code, `${name} is ${quote(text)}: it must be a whole number.`, { attribute: name, value: text });
}
