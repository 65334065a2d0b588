/**
 * How a .NET program encodes what stands in a query: as Microsoft's reference library for SCIM does it (SCIMReferenceCode,
 * Filter and Query), which is what captures show: `userName+eq+%227d42…%22`.
 */

/** HttpUtility.UrlEncode: a space becomes `+`, and the digits of what is escaped are lower case. */
export function encodeFormText(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/['~]/g, escapeByte)
    .replaceAll(/%[\dA-F]{2}/g, (escaped) => escaped.toLowerCase())
    .replaceAll('%20', '+');
}

/**
 * The value of a filter. Only what RFC 2396 and 3986 reserve is encoded, and nothing is escaped for the filter itself: a
 * quote in a value ends the string, and `%41` is read as `A`. That is Entra's known limit ("matching values with special
 * characters unsupported", §2.3), and it is kept here.
 */
export function encodeFilterValue(value: string): string {
  const encoded = value
    .toWellFormed()
    .replaceAll(/[;/?:@&=+$,#[\]']/g, escapeByte)
    .replaceAll(' ', '+');
  // What System.Uri does with what is left: it keeps an escape that is there already, and escapes what no URL may hold.
  return encoded.replaceAll(/%(?![\dA-Fa-f]{2})|[^\w\-.~!*()%+]/gu, (character) => encodeURIComponent(character));
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
