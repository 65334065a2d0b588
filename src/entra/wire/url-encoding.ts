/**
 * Encodes query values like .NET programs, such as Microsoft's reference library for SCIM (the classes Filter and Query in
 * SCIMReferenceCode). Captured requests of Entra ID have the same encoding: `userName+eq+%227d42…%22`.
 */

/** Encodes text like HttpUtility.UrlEncode: a space becomes `+`, and the hexadecimal digits of escapes are lowercase. */
export function encodeFormText(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/['~]/g, escapeByte)
    .replaceAll(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase())
    .replaceAll('%20', '+');
}

/**
 * Encodes the value of a filter for a URL. Nothing is escaped for the filter itself: a quotation mark in the value ends the string, and
 * the server decodes `%41` in the value as `A`. This reproduces a known limitation of Entra ID ("matching values with special characters
 * unsupported", §2.3).
 */
export function encodeFilterValue(value: string): string {
  const encoded = value
    .toWellFormed()
    .replaceAll(/[;/?:@&=+$,#[\]']/g, escapeByte)
    .replaceAll(' ', '+');
  // Like System.Uri, keeps existing percent escapes, and escapes characters that are not allowed in a URL.
  return encoded.replaceAll(/%(?![\dA-Fa-f]{2})|[^\w\-.~!*()%+]/gu, (character) => encodeURIComponent(character));
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
