import type { RequestDetail } from './logged-request.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { CUT_MARK } from '#base/cut-text.ts';
import { missingBody, needsBody } from './missing-body.ts';

/** The headers of a request that change its effect. */
const repeatedHeaders = ['content-type', 'accept', 'if-match', 'if-none-match'] as const;

/** A command that repeats a request; without a command, why the request cannot be repeated. */
export type Repeatable = { readonly curl: string } | { readonly curl: null; readonly why: string };

/**
 * Returns a curl command that sends a request again, with the key in the environment variable TOKEN; for an operation of a bulk request, a
 * separate request with the same effect. A request of which a part was masked, cut, erased or not kept would have another effect, so there is no
 * command for it. The body of a DELETE has no effect and is left out.
 *
 * @param origin The URL of the server, without a trailing slash.
 */
export function curlCommand(
  origin: string,
  { method, reason }: { readonly method: string; readonly reason: string | null },
  detail: RequestDetail,
  sentBody: string | null,
): Repeatable {
  if (sentBody === null && detail.body === 'none' && needsBody(method)) {
    const why = missingBody({ reason });
    return { curl: null, why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.` };
  }
  const { path, query = '', headers } = detail;
  const why = method === 'DELETE' ? unrepeatable({ ...detail, body: 'none' }) : unrepeatable(detail);
  if (why !== undefined) return { curl: null, why };
  const body = method === 'DELETE' ? null : sentBody;
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

function unrepeatable({
  path,
  query = '',
  headers,
  body,
  operation,
  references = [],
}: RequestDetail): string | undefined {
  if (body === 'masked' || body === 'cut' || body === 'erased') return `Its body was ${body} before it was stored.`;
  if (isAltered([path, query, ...repeatedHeaders.map((name) => headers[name] ?? '')])) {
    return 'Its URL or a header that changes its effect was masked or cut before it was stored.';
  }
  const [bulkId] = references;
  if (bulkId !== undefined) return `It refers to the bulkId ${JSON.stringify(bulkId)} of its bulk request.`;
  const isUnread = operation !== undefined && /\/Bulk$/i.test(path);
  return isUnread ? 'The server could not read the operation, so that it has neither a method nor a path.' : undefined;
}

/** True if one of these parts of a kept request was masked or cut. */
export function isAltered(parts: readonly string[]): boolean {
  return parts.some((part) => part.includes(SECRET_MASK) || part.endsWith(CUT_MARK));
}

/** Returns a text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
