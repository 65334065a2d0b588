import type { ParsedExpression, Span } from './ast.ts';
import { ExpressionError } from './expression-error.ts';
import { findFunction } from './function-table.ts';
import { tokenize, type Token } from './lexer.ts';
import { parseExpression, type ParseOptions } from './parse.ts';

/** The maximum number of parts that are tried. A text with more is hardly typed by a person, and reading each takes time. */
export const READABLE_PARTS_MAX = 100;

/** A part of a text that can be read alone, and where it begins in the text. */
export interface ReadablePart {
  readonly offset: number;
  readonly parsed: ParsedExpression;
}

/**
 * Returns the largest calls and attributes that can be read in a text that cannot be read as a whole, such as one that is still being
 * typed, in the order of the text.
 *
 * @example
 * readablePartsOf('Join(".", ToLower([givenName]), Foo([x])', {}); // ToLower([givenName]) at offset 10, and [x] at offset 36
 */
export function readablePartsOf(
  text: string,
  { attributes }: Pick<ParseOptions, 'attributes'>,
): readonly ReadablePart[] {
  const found: ReadablePart[] = [];
  let end = 0;
  let tried = 0;
  for (const { offset, length } of candidatesOf(readableTokens(text))) {
    if (offset < end) continue;
    tried += 1;
    if (tried > READABLE_PARTS_MAX) break;
    const parsed = readPart(text.slice(offset, offset + length), attributes);
    // Some functions must be the whole expression.
    if (parsed === undefined || (offset > 0 && isTopLevel(parsed))) continue;
    found.push({ offset, parsed });
    end = offset + length;
  }
  return found;
}

/** Returns the tokens before the first text that is not a token. */
function readableTokens(text: string): readonly Token[] {
  try {
    return tokenize(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    // What precedes the fault was read before.
    return error.location.offset < text.length ? readableTokens(text.slice(0, error.location.offset)) : [];
  }
}

/** Returns the calls with both parentheses, and the attributes, by where they begin: a call before what it contains. */
function candidatesOf(tokens: readonly Token[]): readonly Span[] {
  const candidates: Span[] = [];
  const open: (number | undefined)[] = [];
  for (const [index, { kind, span }] of tokens.entries()) {
    const before = tokens[index - 1];
    if (kind === 'attribute') candidates.push(span);
    else if (kind === '(') open.push(before?.kind === 'name' ? before.span.offset : undefined);
    else if (kind === ')') {
      const offset = open.pop();
      if (offset !== undefined) candidates.push({ offset, length: span.offset + 1 - offset });
    }
  }
  return candidates.sort((one, other) => one.offset - other.offset || other.length - one.length);
}

function isTopLevel({ root }: ParsedExpression): boolean {
  return root.kind === 'call' && findFunction(root.name)?.isTopLevel === true;
}

function readPart(text: string, attributes: ParseOptions['attributes']): ParsedExpression | undefined {
  try {
    return parseExpression(text, { kind: 'any', attributes });
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
