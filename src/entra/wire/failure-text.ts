import { STATUS_CODES } from '#base/node-http.ts';

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
  return `StatusCode: ${statusName(status)} Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the 'Response' property of this exception for details. Web Response: ${excerpt(body)}`;
}

export const NOT_FOUND_TEXT =
  'An HTTP/404 Not Found response was returned rather than the expected HTTP/200 OK response. To address this issue, ensure that the tenant URL is correct. The tenant URL is usually in a format like: https://<>/scim. If this does not resolve the issue, contact the application developer to ensure their SCIM endpoint conforms with the protocol https://tools.ietf.org/html/rfc7644#section-3.4.2';

/** Returns Entra ID's text for a response that it cannot read. Entra ID does not name the problem; this text appends it from `what`. */
export function incompatibleText(body: string, what: string): string {
  return `We are not able to deserialize the resource received from your SCIM endpoint because your SCIM endpoint is not fully compatible with the Azure Active Directory SCIM client. Here is the resource we received from your SCIM endpoint: ${excerpt(body)} (${what})`;
}
