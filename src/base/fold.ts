import { normalForm } from './normal-form.ts';

/**
 * Returns the comparison key of a string that is compared without regard to case (caseExact false). The filter evaluator, the
 * database and every index use this key, so that they all agree. It follows Unicode's default caseless matching: ß equals SS, and
 * Σ, σ and ς are equal.
 *
 * @example fold('Straße') === fold('STRASSE') // true
 */
export function fold(text: string): string {
  // Most values are ASCII, where folding is only a conversion to lower case.
  if (isAscii(text)) return text.toLowerCase();
  // Lower case first: the capital sharp s has no uppercase form, and only its lowercase form becomes SS.
  const folded = normalForm(text, 'NFC').toLowerCase().toUpperCase().toLowerCase();
  return normalForm(folded.replaceAll('ς', 'σ'), 'NFC');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Compares strings by code point, like the UTF-8 byte order of both databases. The operator `<` compares UTF-16 units instead. */
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
