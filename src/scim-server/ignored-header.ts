import type { FastifyReply } from 'fastify';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';

/** The maximum number of names in the header. The event of the change lists more names. */
export const IGNORED_HEADER_NAMES_MAX = 20;
/** The maximum length of a name in the header, in UTF-16 code units: proxies limit the total size of all headers. */
export const IGNORED_HEADER_NAME_LENGTH_MAX = 100;

/** The header of a 2xx response that names the ignored attributes, so that a typo does not look like a success. */
const IGNORED_HEADER = 'x-ignored-attributes';

const reasons = { unknown: 'unknown', readOnly: 'read-only' } as const satisfies Record<
  IgnoredAttribute['reason'],
  string
>;

/**
 * Returns the header that names the attributes of a request that the directory ignored: a list of strings with a reason
 * (RFC 9651 §3.1). Returns undefined if no attribute was ignored. Characters that a header may not contain are percent-encoded.
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

/** Adds the header to a response if attributes were ignored. */
export function reportIgnored(reply: FastifyReply, ignored: readonly IgnoredAttribute[]): void {
  const text = ignoredHeader(ignored);
  if (text !== undefined) reply.header(IGNORED_HEADER, text);
}
