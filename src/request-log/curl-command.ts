import type { RequestDetail } from './logged-request.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { CUT_MARK } from './kept-text.ts';

/** The headers of a request that change its effect. */
const repeatedHeaders = ['content-type', 'accept', 'if-match', 'if-none-match'] as const;

/** A command that repeats a request; without a command, why the request cannot be repeated. */
export type Repeatable = { readonly curl: string } | { readonly curl: null; readonly why: string };

/**
 * Returns a curl command that sends a request again, with the key in the environment variable TOKEN. A request of which a part was
 * masked, cut or erased would have another effect, so there is no command for it.
 *
 * @param origin The URL of the server, without a trailing slash.
 */
export function curlCommand(
  origin: string,
  method: string,
  { path, query = '', headers, body: kept }: RequestDetail,
  body: string | null,
): Repeatable {
  if (kept === 'masked' || kept === 'cut' || kept === 'erased') {
    return { curl: null, why: `Its body was ${kept} before it was stored.` };
  }
  const texts = [path, query, ...Object.values(headers)];
  if (texts.some((text) => text.includes(SECRET_MASK) || text.endsWith(CUT_MARK))) {
    return { curl: null, why: 'Its URL or one of its headers was masked or cut before it was stored.' };
  }
  const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
  const parts = [
    `curl -X ${method} ${quoted(url)}`,
    `-H "Authorization: Bearer $TOKEN"`,
    ...repeatedHeaders.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [`-H ${quoted(`${name}: ${value}`)}`];
    }),
    ...(body === null ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return { curl: parts.join(' \\\n  ') };
}

/** Returns a text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
