/** Returns the exclusive upper bound of the keys that begin with a prefix, for a range condition that an index serves. */
export function prefixUpperBound(prefix: string): string {
  // The last code point is not a character, so no text that begins with the prefix sorts after it.
  return `${prefix}\u{10FFFF}`;
}
