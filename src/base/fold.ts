/**
 * The comparison key of a string whose case does not matter (caseExact false): one key for the evaluator, the database
 * and every index, so that all of them agree. Follows Unicode's default caseless matching: ß and SS, Σ, σ and ς are equal.
 */
export function fold(text: string): string {
  // Most values are ASCII, where folding is lower case and nothing else.
  if (isAscii(text)) return text.toLowerCase();
  // Lower case first: capital sharp s has no upper case, and only its lower case becomes SS.
  const folded = text.normalize('NFC').toLowerCase().toUpperCase().toLowerCase();
  return folded.replaceAll('ς', 'σ').normalize('NFC');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Orders strings by code point, as both databases order UTF-8 bytes; `<` would order by UTF-16 unit. */
export function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const aSurrogate = a >= 0xd800 && a <= 0xdfff;
    const bSurrogate = b >= 0xd800 && b <= 0xdfff;
    if (aSurrogate !== bSurrogate) return aSurrogate ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}
