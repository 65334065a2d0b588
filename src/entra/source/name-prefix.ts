/** Returns an exclusive upper bound for keys that begin with a prefix. A condition on the range can use an index. */
export function prefixUpperBound(prefix: string): string {
  // U+10FFFF is the last code point and never a character, so every text that begins with the prefix sorts before this bound.
  return `${prefix}\u{10FFFF}`;
}
