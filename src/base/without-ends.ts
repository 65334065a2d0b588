/**
 * Returns a text without the characters at its beginning and its end that `isLeftOut` accepts. It looks at each character at most once. A
 * regular expression such as `/\W+$/` would look at a row of them again from each of its characters, if the text does not end there.
 *
 * @example withoutEnds('(ann)', (character) => character === '(' || character === ')') // 'ann'
 */
export function withoutEnds(text: string, isLeftOut: (character: string) => boolean): string {
  let start = 0;
  while (start < text.length) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    if (!isLeftOut(character)) break;
    start += character.length;
  }
  return withoutEnd(text.slice(start), isLeftOut);
}

/** Like `withoutEnds`, but leaves the beginning as it is. */
export function withoutEnd(text: string, isLeftOut: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0) {
    const character = lastCharacter(text, end);
    if (!isLeftOut(character)) break;
    end -= character.length;
  }
  return text.slice(0, end);
}

/** Returns the character that ends before an index. */
function lastCharacter(text: string, end: number): string {
  const [first, last] = [text.charCodeAt(end - 2), text.charCodeAt(end - 1)];
  const isPair = first >= 0xd800 && first <= 0xdbff && last >= 0xdc00 && last <= 0xdfff;
  return text.slice(isPair ? end - 2 : end - 1, end);
}
