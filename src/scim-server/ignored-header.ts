import type { FastifyReply } from 'fastify';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';

/** Names in the header; the event of the change has more of them. */
export const IGNORED_HEADER_NAMES_MAX = 20;
/** UTF-16 units of one name in the header: proxies limit the size of all headers together. */
export const IGNORED_HEADER_NAME_LENGTH_MAX = 100;

/** Says on a 2xx what was left out, so that a typo does not look like a success. */
const IGNORED_HEADER = 'x-ignored-attributes';

const reasons = { unknown: 'unknown', readOnly: 'read-only' } as const satisfies Record<
  IgnoredAttribute['reason'],
  string
>;

/**
 * The header that names what a request has and the directory left out: a list of strings with a reason (RFC 9651 §3.1);
 * undefined where nothing was left out. Characters that no header can have are percent-encoded.
 *
 * @example
 * ignoredHeader([{ path: 'displayNam', reason: 'unknown' }]); // '"displayNam";reason=unknown'
 */
export function ignoredHeader(ignored: readonly IgnoredAttribute[]): string | undefined {
  if (ignored.length === 0) return undefined;
  const shown = ignored
    .slice(0, IGNORED_HEADER_NAMES_MAX)
    .map(({ path, reason }) => `"${headerText(path)}";reason=${reasons[reason]}`);
  const more = ignored.length - shown.length;
  return [...shown, ...(more > 0 ? [`"";more=${more}`] : [])].join(', ');
}

function headerText(path: string): string {
  const cut = path.slice(0, IGNORED_HEADER_NAME_LENGTH_MAX).toWellFormed();
  return cut
    .replaceAll(/[^ -~]+|%/g, (characters) => encodeURIComponent(characters))
    .replaceAll(/["\\]/g, (character) => `\\${character}`);
}

/** Adds the header to an answer where something was left out. */
export function reportIgnored(reply: FastifyReply, ignored: readonly IgnoredAttribute[]): void {
  const text = ignoredHeader(ignored);
  if (text !== undefined) reply.header(IGNORED_HEADER, text);
}
