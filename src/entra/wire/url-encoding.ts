/**
 * The encoding of query values by a .NET program, as in Microsoft's reference library for SCIM (SCIMReferenceCode, Filter and Query) and in
 * captured requests: `userName+eq+%227d42…%22`.
 */

/** Encodes text like HttpUtility.UrlEncode: a space becomes `+`, and the hexadecimal digits of escapes are lower case. */
export function encodeFormText(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/['~]/g, escapeByte)
    .replaceAll(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase())
    .replaceAll('%20', '+');
}

/**
 * Encodes the value of a filter. Only characters that RFC 2396 and RFC 3986 reserve are encoded. Nothing is escaped for the filter itself:
 * a quotation mark in the value ends the string, and `%41` is decoded as `A`. This reproduces a known limitation of Entra ID ("matching
 * values with special characters unsupported", §2.3).
 */
export function encodeFilterValue(value: string): string {
  const encoded = value
    .toWellFormed()
    .replaceAll(/[;/?:@&=+$,#[\]']/g, escapeByte)
    .replaceAll(' ', '+');
  // Like System.Uri: existing percent escapes are kept, and characters that are not allowed in a URL are escaped.
  return encoded.replaceAll(/%(?![\dA-Fa-f]{2})|[^\w\-.~!*()%+]/gu, (character) => encodeURIComponent(character));
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
