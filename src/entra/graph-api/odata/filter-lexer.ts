import { AppError, quote } from '#base/errors.ts';

export interface Token {
  readonly kind: 'text' | 'word' | '(' | ')' | ',' | 'end';
  readonly text: string;
  readonly offset: number;
}

const pattern = /\s*(?:(?<mark>[(),])|'(?<text>(?:[^']|'')*)'|(?<word>[^\s(),']+))/y;

/** Returns the tokens of a filter. Throws `invalidQuery` for a string without a closing quote. */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = filter.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const found = pattern.exec(filter);
    if (found === null)
      throw badFilter(filter, at, "a string has no closing quote: write it as 'text', and double each ' in it");
    const { mark, text, word } = found.groups ?? {};
    const offset = found.index + found[0].length - (mark ?? word ?? `'${text}'`).length;
    if (mark !== undefined) tokens.push({ kind: mark as '(' | ')' | ',', text: mark, offset });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, offset });
    else tokens.push({ kind: 'text', text: (text ?? '').replaceAll("''", "'"), offset });
  }
  return [...tokens, { kind: 'end', text: '', offset: end }];
}

export function badFilter(filter: string, offset: number, reason: string): AppError {
  const message = `Invalid filter clause at position ${offset} of ${quote(filter)}: ${reason}.`;
  return new AppError('invalidQuery', message, { attribute: '$filter', position: offset });
}
