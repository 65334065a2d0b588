import { STATUS_CODES } from '#base/node-http.ts';

/** UTF-16 units of an answer that a reason quotes, and that the Graph API shows. */
export const QUOTED_BODY_MAX = 200;
/** Those of them that headers may have. */
const QUOTED_HEADERS_MAX = 80;
const quotedNames = ['content-type', 'retry-after'] as const;

/** .NET's name of a status: BadRequest, NotFound. */
export function statusName(status: number): string {
  return STATUS_CODES[status]?.replaceAll(/[^A-Za-z]/g, '') ?? String(status);
}

/** The beginning of a body, for a text that a person reads; of a longer SCIM error its detail (RFC 7644 §3.12). */
export function excerpt(text: string, lengthMax = QUOTED_BODY_MAX): string {
  if (text.length <= lengthMax) return text;
  const quoted = detailOf(text) ?? text;
  return quoted.length <= lengthMax ? quoted : `${quoted.slice(0, lengthMax).toWellFormed()}…`;
}

/** What a SCIM error says in its detail; undefined for any other body. */
export function detailOf(body: string): string | undefined {
  try {
    const error: unknown = JSON.parse(body);
    const isError = typeof error === 'object' && error !== null && 'detail' in error;
    return isError && typeof error.detail === 'string' ? error.detail : undefined;
  } catch {
    return undefined;
  }
}

/** The headers of an answer that tell how to read it, cut. */
export function quotedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const each = QUOTED_HEADERS_MAX / quotedNames.length;
  return Object.fromEntries(
    quotedNames.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.slice(0, each)]];
    }),
  );
}

/** As the portal quotes it (§1.2). The retries, and the date of the next one, are the engine's to add. */
export function exportFailureText(status: number, body: string): string {
  return `StatusCode: ${statusName(status)} Message: Processing of the HTTP request resulted in an exception. Please see the HTTP response returned by the 'Response' property of this exception for details. Web Response: ${excerpt(body)}`;
}

export const NOT_FOUND_TEXT =
  'An HTTP/404 Not Found response was returned rather than the expected HTTP/200 OK response. To address this issue, ensure that the tenant URL is correct. The tenant URL is usually in a format like: https://<>/scim. If this does not resolve the issue, contact the application developer to ensure their SCIM endpoint conforms with the protocol https://tools.ietf.org/html/rfc7644#section-3.4.2';

/** `what` is our own addition: Entra ID leaves finding it to the reader. */
export function incompatibleText(body: string, what: string): string {
  return `We are not able to deserialize the resource received from your SCIM endpoint because your SCIM endpoint is not fully compatible with the Azure Active Directory SCIM client. Here is the resource we received from your SCIM endpoint: ${excerpt(body)} (${what})`;
}
