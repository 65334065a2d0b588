import type { ErrorCode } from '#base/error-table.ts';
import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys } from '#base/json.ts';
import { FILTER_LENGTH_MAX } from '../limits.ts';
import type { FilterValue } from './ast.ts';

export type Token =
  /** An attribute path, an operator or a keyword. */
  | { readonly kind: 'word'; readonly text: string; readonly position: number }
  /** A string, number, boolean or null. */
  | { readonly kind: 'value'; readonly value: FilterValue; readonly position: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly position: number }
  | { readonly kind: 'end'; readonly position: number };

const wordStart = /[A-Za-z$]/;
/** Matches a name (RFC 7643 §2.1), including a URN before it (RFC 8141) and the dot before a sub-attribute. */
const wordPattern = /[A-Za-z$.][\w$:.%+*/@!~-]*/y;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const stringBeginning = /"(?:[^"\\\u0000-\u001f]|\\.)*/y;
const spaces = /\s*/y;

/**
 * Splits a filter or a path into tokens in one pass. Throws the error `code`, with the position, at the first text that is not
 * a token. A text longer than FILTER_LENGTH_MAX throws `filterTooComplex` if it is a filter, and `invalidPath` if it is a path.
 */
export function tokenize(text: string, code: 'filterSyntax' | 'invalidPath'): readonly Token[] {
  if (text.length > FILTER_LENGTH_MAX) {
    throw new AppError(
      code === 'filterSyntax' ? 'filterTooComplex' : code,
      `The filter or path has ${text.length} characters; ${FILTER_LENGTH_MAX} is the limit.`,
    );
  }
  const tokens: Token[] = [];
  let position = skipSpaces(text, 0);
  while (position < text.length) {
    const { token, end } = readToken(text, position, code);
    tokens.push(token);
    position = skipSpaces(text, end);
  }
  tokens.push({ kind: 'end', position });
  return tokens;
}

function skipSpaces(text: string, position: number): number {
  spaces.lastIndex = position;
  return position + (spaces.exec(text)?.[0].length ?? 0);
}

function readToken(text: string, position: number, code: ErrorCode): { token: Token; end: number } {
  const character = text.charAt(position);
  if (character === '(' || character === ')' || character === '[' || character === ']') {
    return { token: { kind: character, position }, end: position + 1 };
  }
  if (character === '"') return readString(text, position, code);
  if (character === '-' || (character >= '0' && character <= '9')) return readNumber(text, position, code);
  // The sub-attribute after a value path begins with its dot: emails[type eq "work"].value
  if (wordStart.test(character) || character === '.') return readWord(text, position, code);
  const hint = hints.get(character) ?? '';
  // Report the whole character, not half of a surrogate pair.
  const found = String.fromCodePoint(text.codePointAt(position) ?? 0);
  throw syntaxError(code, `${quote(found)} has no meaning here${hint}`, position);
}

/** Hints for characters that people often write by mistake. Word processors turn straight quotes into curly ones. */
const hints: ReadonlyMap<string, string> = new Map([
  ['=', '; write eq for equality'],
  ...Array.from("'‘’“”", (mark) => [mark, '; put strings in straight double quotes'] as const),
]);

function readWord(text: string, position: number, code: ErrorCode): { token: Token; end: number } {
  wordPattern.lastIndex = position;
  const word = wordPattern.exec(text)?.[0] ?? '';
  const forbidden = word.split(/[.:]/).find((part) => forbiddenKeys.has(part));
  if (forbidden !== undefined) throw syntaxError(code, `the name ${quote(forbidden)} cannot be an attribute`, position);
  const end = position + word.length;
  const literal = literals.get(word.toLowerCase());
  if (literal !== undefined) return { token: { kind: 'value', value: literal, position }, end };
  return { token: { kind: 'word', text: word, position }, end };
}

const literals: ReadonlyMap<string, FilterValue> = new Map<string, FilterValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function readNumber(text: string, position: number, code: ErrorCode): { token: Token; end: number } {
  numberPattern.lastIndex = position;
  const digits = numberPattern.exec(text)?.[0];
  if (digits === undefined || !Number.isFinite(Number(digits)))
    throw syntaxError(code, 'the number is not valid', position);
  return { token: { kind: 'value', value: Number(digits), position }, end: position + digits.length };
}

function readString(text: string, position: number, code: ErrorCode): { token: Token; end: number } {
  stringPattern.lastIndex = position;
  const literal = stringPattern.exec(text)?.[0];
  if (literal === undefined) throw unreadableString(text, position, code);
  const value = parseString(literal);
  if (value === undefined)
    throw syntaxError(code, `the string has an escape sequence that is not valid in JSON`, position);
  if (!value.isWellFormed() || value.includes('\u0000')) {
    throw syntaxError(code, 'the string has a lone surrogate or a NUL, which no value can have', position);
  }
  return { token: { kind: 'value', value, position }, end: position + literal.length };
}

/** Returns the error for a string with a control character that JSON requires to be escaped, or without a closing quote. */
function unreadableString(text: string, position: number, code: ErrorCode): AppError {
  stringBeginning.lastIndex = position;
  const end = position + (stringBeginning.exec(text)?.[0].length ?? 0);
  if (end < text.length && text.charAt(end) !== '\\') {
    return syntaxError(
      code,
      `the string has the control character ${quote(text.charAt(end))}; write it as an escape sequence`,
      end,
    );
  }
  return syntaxError(code, 'the string does not end: its closing quote is missing', position);
}

function parseString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Creates the error for a filter or a path that cannot be read at a position. */
export function syntaxError(code: ErrorCode, reason: string, position: number): AppError {
  const what = code === 'filterSyntax' ? 'filter' : 'path';
  return new AppError(code, `The ${what} cannot be read at position ${position}: ${reason}.`, { position });
}

/** Returns a token in words for messages, such as `"eq"` or `a value`. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end';
    case 'word':
      return quote(token.text);
    case 'value':
      // The value may be a secret, so the message does not contain it.
      return 'a value';
    default:
      return quote(token.kind);
  }
}
