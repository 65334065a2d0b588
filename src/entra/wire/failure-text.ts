import { STATUS_CODES } from 'node:http';

/** UTF-16 units of an answer that a reason quotes. */
export const QUOTED_BODY_MAX = 4_000;

/** .NET's name of a status: BadRequest, NotFound. */
export function statusName(status: number): string {
  return STATUS_CODES[status]?.replaceAll(/[^A-Za-z]/g, '') ?? String(status);
}

/** The beginning of a body, for a text that a person reads. */
export function excerpt(text: string): string {
  return text.length <= QUOTED_BODY_MAX ? text : `${text.slice(0, QUOTED_BODY_MAX).toWellFormed()}…`;
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
