import { entraFlags } from '#scim/clients/entra-id.ts';
import { AppError, quote } from '#base/errors.ts';

/** Query parameters as the HTTP server parses them: a key that is sent twice has an array. */
export type Query = Readonly<Record<string, unknown>>;

/** Whether the Tenant URL carries Entra's flag: bare or with a value, before or after the other parameters. */
export function hasFlag(query: Query): boolean {
  return Object.keys(query).some((key) => entraFlags.has(key.toLowerCase()));
}

/** A parameter that may be sent once. Unknown parameters are nobody's concern, and ignored. */
export function textParameter(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AppError('invalidQuery', `The query parameter ${name} was sent more than once: send it once.`, {
    attribute: name,
  });
}

/**
 * Repairs a Tenant URL that a client joined naively: `/scim/v2/?aadOptscim062020/Users?filter=…` has the resource's
 * path behind the flag.
 */
export function repairUrl(url: string): string {
  const match = /^(.*?)\/?\?(aadOptscim062020|AzureAdScimPatch062020)((?:=[^/?&]*)?)(\/[^?]*)(?:\?(.*))?$/i.exec(url);
  if (match === null) return url;
  const [, base = '', flag = '', value = '', path = '', rest] = match;
  return `${base}${path}?${flag}${value}${rest === undefined ? '' : `&${rest}`}`;
}

/** A whole number; undefined where there is none. Throws invalidCount and invalidQuery. */
export function integerParameter(name: 'startIndex' | 'count', text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  const code = name === 'count' ? 'invalidCount' : 'invalidQuery';
  throw new AppError(code, `${name} is ${quote(text)}: it must be a whole number.`, { attribute: name, value: text });
}
