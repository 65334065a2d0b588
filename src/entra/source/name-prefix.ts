/** Keys that begin with a prefix, as a range that an index answers: from the prefix on, and before this. */
export function endOfPrefix(prefix: string): string {
  // The last code point stands for no character, so nothing that begins with the prefix comes after it.
  return `${prefix}\u{10FFFF}`;
}
