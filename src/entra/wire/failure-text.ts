import { STATUS_CODES } from '#base/node-http.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** The maximum length of the part of a response that failure reasons quote and that the Graph API shows, in UTF-16 code units. */
export const QUOTED_BODY_MAX = 200;
/** The part of QUOTED_BODY_MAX that quoted headers may use. */
const QUOTED_HEADERS_MAX = 80;
const quotedNames = ['content-type', 'retry-after'] as const;

/** Returns the .NET name of a status, such as BadRequest or NotFound. */
export function statusName(status: number): string {
  return STATUS_CODES[status]?.replaceAll(/[^A-Za-z]/g, '') ?? String(status);
}

/**
 * Cuts a body to `lengthMax` for messages. If the body is too long and is a SCIM error, returns its `detail` instead, also cut (RFC 7644
 * §3.12).
 */
export function excerpt(text: string, lengthMax = QUOTED_BODY_MAX): string {
  if (text.length <= lengthMax) return text;
  const quoted = detailOf(text) ?? text;
  return quoted.length <= lengthMax ? quoted : `${quoted.slice(0, lengthMax).toWellFormed()}…`;
}

/** Returns the `detail` of a SCIM error; undefined for any other body. */
export function detailOf(body: string): string | undefined {
  try {
    const error: unknown = JSON.parse(body);
    const isError = typeof error === 'object' && error !== null && 'detail' in error;
    return isError && typeof error.detail === 'string' ? error.detail : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the headers of a response that messages quote (content-type and retry-after), cut to QUOTED_HEADERS_MAX. */
export function quotedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const each = QUOTED_HEADERS_MAX / quotedNames.length;
  return Object.fromEntries(
    quotedNames.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.slice(0, each)]];
    }),
  );
}

/**
 * Returns the text that the portal shows for a failed request (§1.2). The engine appends the number of retries and the date of the next
 * attempt.
 */
export function exportFailureText(status: number, body: string): string {
  return standInTexts.wire.exportFailed(statusName(status), excerpt(body));
}

/** Returns Entra ID's text for a response that it cannot read. Entra ID does not name the problem; this text appends it from `what`. */
export function incompatibleText(body: string, what: string): string {
  return standInTexts.wire.incompatible(excerpt(body), what);
}
