import { quote } from '#base/errors.ts';
import type { Mistakes, SayMistake } from '#base/words/expression-mistakes.ts';
import { comparisonOperators, type ComparisonOperator, type Span } from './ast.ts';
import { ExpressionError, locate } from './expression-error.ts';
import { EXPRESSION_LENGTH_MAX } from './limits.ts';

export type Token =
  /** The name of a function, or a word such as vbBinaryCompare. */
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'attribute'; readonly name: string; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly value: bigint; readonly hexadecimal: boolean; readonly span: Span }
  | { readonly kind: 'operator'; readonly operator: ComparisonOperator; readonly span: Span }
  | { readonly kind: '(' | ')' | ',' | 'end'; readonly span: Span };

const spaces = /\s*/y;
const namePattern = /[A-Za-z_]\w*/y;
const numberPattern = /[+-]?\d+|&[Hh][0-9A-Fa-f]+/y;
const numberTail = /[\w.]+/y;
const attributeName = /[\w.]*/y;
const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 63n - 1n;

/**
 * Splits an expression into tokens in one pass. Throws `expressionSyntax` at the first text that is not a token, and
 * `expressionTooComplex` if the expression is longer than EXPRESSION_LENGTH_MAX.
 */
export function tokenize(text: string): readonly Token[] {
  if (text.length > EXPRESSION_LENGTH_MAX) {
    throw new ExpressionError(
      'expressionTooComplex',
      ({ reading }) => reading.tooLong(text.length, EXPRESSION_LENGTH_MAX),
      locate(text, { offset: EXPRESSION_LENGTH_MAX, length: text.length - EXPRESSION_LENGTH_MAX }),
    );
  }
  const tokens: Token[] = [];
  let offset = spacesAt(text, 0);
  while (offset < text.length) {
    const token = readToken(text, offset);
    tokens.push(token);
    offset = spacesAt(text, offset + token.span.length);
  }
  tokens.push({ kind: 'end', span: { offset: text.length, length: 0 } });
  return tokens;
}

function spacesAt(text: string, offset: number): number {
  return offset + (matchAt(spaces, text, offset) ?? '').length;
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function readToken(text: string, offset: number): Token {
  const character = text.charAt(offset);
  if (character === '(' || character === ')' || character === ',') {
    return { kind: character, span: { offset, length: 1 } };
  }
  if (character === '"') return readText(text, offset);
  if (character === '[') return readAttribute(text, offset);
  const operator = comparisonOperators.find((candidate) => text.startsWith(candidate, offset));
  if (operator !== undefined) return { kind: 'operator', operator, span: { offset, length: operator.length } };
  const name = matchAt(namePattern, text, offset);
  if (name !== undefined) return { kind: 'name', name, span: { offset, length: name.length } };
  return readInteger(text, offset);
}

/** Reads a string, which ends at the next quotation mark that is not escaped. Only `\\` and `\"` are escape sequences. */
function readText(text: string, offset: number): Token {
  let value = '';
  let index = offset + 1;
  while (index < text.length && text.charAt(index) !== '"') {
    const next = text.charAt(index + 1);
    // Before any other character, a backslash is literal: regular expressions contain escapes such as "\+".
    if (text.charAt(index) === '\\' && (next === '\\' || next === '"')) index += 1;
    value += text.charAt(index);
    index += 1;
  }
  if (index >= text.length) {
    throw missing(text, { offset, length: 1 }, ({ reading }) => reading.openString, ['"', text.length]);
  }
  return { kind: 'text', value, span: { offset, length: index + 1 - offset } };
}

/** Reads an attribute. Its name may contain balanced brackets: `[addresses[type eq "work"].country]`. */
function readAttribute(text: string, offset: number): Token {
  let depth = 0;
  for (let index = offset; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '[') depth += 1;
    else if (character === ']') depth -= 1;
    if (depth > 0) continue;
    const span = { offset, length: index + 1 - offset };
    const name = text.slice(offset + 1, index).trim();
    if (name === '') throw fault(text, span, ({ reading }) => reading.noAttributeName);
    return { kind: 'attribute', name, span };
  }
  // The bracket is probably missing behind the name.
  const end = offset + 1 + (matchAt(attributeName, text, offset + 1) ?? '').length;
  // In a name that has brackets, it could be missing in several places.
  if (text.charAt(end) === '[') throw fault(text, { offset, length: 1 }, ({ reading }) => reading.openAttribute);
  throw missing(text, { offset, length: 1 }, ({ reading }) => reading.openAttribute, [']', end]);
}

function readInteger(text: string, offset: number): Token {
  const digits = matchAt(numberPattern, text, offset);
  if (digits === undefined) throw unexpectedCharacter(text, offset);
  const tail = matchAt(numberTail, text, offset + digits.length) ?? '';
  const span = { offset, length: digits.length + tail.length };
  if (tail !== '') {
    const written = quote(digits + tail);
    throw fault(text, span, ({ reading }) => reading.notWhole(written), `"${digits}${tail}"`);
  }
  const hexadecimal = digits.startsWith('&');
  const value = BigInt(hexadecimal ? `0x${digits.slice(2)}` : digits.replace('+', ''));
  if (value < INTEGER_MIN || value > INTEGER_MAX) {
    throw fault(text, span, ({ reading }) => reading.tooLarge(digits));
  }
  return { kind: 'integer', value, hexadecimal, span };
}

/** Hints for characters that administrators often type by mistake. Word processors turn straight quotes into curly ones. */
const hints: ReadonlyMap<string, Hint> = new Map<string, Hint>([
  ...Array.from("'‘’“”„", (mark): [string, Hint] => [mark, { name: 'quotes', suggestion: '"' }]),
  ['&', { name: 'ampersand' }],
  ['+', { name: 'plus' }],
  [']', { name: 'bracket' }],
  [';', { name: 'comma', suggestion: ',' }],
  ['!', { name: 'notEqual', suggestion: '<>' }],
]);

interface Hint {
  readonly name: keyof Mistakes['reading']['hints'];
  readonly suggestion?: string;
}

function unexpectedCharacter(text: string, offset: number): ExpressionError {
  // Reads a whole code point, so that the message never contains half of a surrogate pair.
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const { name: hint, suggestion } = hints.get(character) ?? { name: 'none' };
  return fault(
    text,
    { offset, length: character.length },
    ({ reading }) => reading.noMeaning(quote(character), reading.hints[hint]),
    suggestion,
  );
}

/** Creates an `expressionSyntax` error that points at a span of the text. */
export function fault(text: string, span: Span, reason: SayMistake, suggestion?: string): ExpressionError {
  return new ExpressionError('expressionSyntax', reason, locate(text, span), suggestion);
}

/** Like `fault`, for a text that is missing: `[text, offset]` is what to insert, and where. */
export function missing(
  text: string,
  span: Span,
  reason: SayMistake,
  [inserted, offset]: readonly [string, number],
): ExpressionError {
  return new ExpressionError('expressionSyntax', reason, locate(text, span), inserted, { offset, length: 0 });
}

/** Formats a token for an error message; undefined for the end. */
export function describeToken(text: string, { kind, span }: Token): string | undefined {
  return kind === 'end' ? undefined : quote(text.slice(span.offset, span.offset + span.length));
}
