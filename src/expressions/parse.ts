import { quote } from '#base/errors.ts';
import type { SayMistake } from '#base/words/expression-mistakes.ts';
import type { Expression, ParsedExpression, Span } from './ast.ts';
import { checkExpression } from './check.ts';
import { ExpressionError, locate } from './expression-error.ts';
import { describeToken, fault, missing, tokenize, type Token } from './lexer.ts';
import { EXPRESSION_DEPTH_MAX } from './limits.ts';

export interface ParseOptions {
  /**
   * What the whole text may be. `expression` is the default: only a function call, as in mappings of the type Expression.
   * `any` also allows a single attribute or constant, as in mappings of the types Direct and Constant.
   */
  readonly kind?: 'expression' | 'any';
  /** The names of all attributes of the source. If given, any other attribute is an error, with a suggestion if one is similar. */
  readonly attributes?: readonly string[] | undefined;
}

/**
 * Parses an expression of Entra ID's mapping language, and checks the function names and argument counts. Throws an
 * ExpressionError (`expressionSyntax` or `expressionTooComplex`) that points at the error. The time is linear in the length of
 * the text.
 *
 * @example
 * const { root } = parseExpression('Append([mailNickname], "@contoso.com")');
 * parseExpression('[mail]', { kind: 'any' });
 */
export function parseExpression(
  text: string,
  { kind = 'expression', attributes }: ParseOptions = {},
): ParsedExpression {
  const cursor: Cursor = { text, tokens: tokenize(text), index: 0 };
  if (peek(cursor).kind === 'end') throw fault(text, peek(cursor).span, ({ reading }) => reading.empty);
  const root = readOperand(cursor, 0);
  const after = peek(cursor);
  if (after.kind === 'operator') {
    throw fault(text, after.span, ({ reading }) => reading.comparisonAlone);
  }
  if (after.kind !== 'end') throw expected(cursor, ({ reading }) => reading.theEnd);
  if (kind === 'expression' && root.kind !== 'call') throw notCall(text, root);
  if (root.kind === 'word') throw notCall(text, root);
  const parsed = { text, root };
  checkExpression(parsed, attributes);
  return parsed;
}

interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  index: number;
}

const END: Token = { kind: 'end', span: { offset: 0, length: 0 } };

function peek({ tokens, index }: Cursor): Token {
  return tokens[index] ?? tokens.at(-1) ?? END;
}

function notCall(text: string, root: Expression): ExpressionError {
  const written = text.slice(root.span.offset, root.span.offset + root.span.length);
  if (root.kind === 'word') {
    return fault(text, root.span, ({ reading }) => reading.noParentheses(quote(written), written));
  }
  const type = root.kind === 'attribute' ? 'Direct' : 'Constant';
  return fault(text, root.span, ({ reading }) => reading.notCall(quote(written), type));
}

/** expr := func | attr | string | number | hex | word */
function readOperand(cursor: Cursor, depth: number): Expression {
  const token = peek(cursor);
  switch (token.kind) {
    case 'attribute':
    case 'text':
    case 'integer':
      cursor.index += 1;
      return token;
    case 'name':
      cursor.index += 1;
      return peek(cursor).kind === '(' ? readCall(cursor, token, depth + 1) : { ...token, kind: 'word' };
    default:
      throw expected(cursor, ({ reading }) => reading.operand);
  }
}

/** func := NAME "(" [ arg { "," arg } ] ")" */
function readCall(cursor: Cursor, { name, span }: Token & { kind: 'name' }, depth: number): Expression {
  const opening = peek(cursor).span;
  if (depth > EXPRESSION_DEPTH_MAX) {
    const reason: SayMistake = ({ reading }) => reading.tooDeep(EXPRESSION_DEPTH_MAX);
    throw new ExpressionError('expressionTooComplex', reason, locate(cursor.text, span));
  }
  const requireMore = (): void => {
    if (peek(cursor).kind !== 'end') return;
    throw missing(cursor.text, opening, ({ reading }) => reading.openCall(name), [')', cursor.text.length]);
  };
  const parameters: Expression[] = [];
  do {
    cursor.index += 1;
    requireMore();
    // Empty parentheses are a call without arguments, not a call with one omitted argument.
    if (parameters.length > 0 || peek(cursor).kind !== ')') parameters.push(readArgument(cursor, depth));
  } while (peek(cursor).kind === ',');
  requireMore();
  if (peek(cursor).kind !== ')') throw expected(cursor, ({ reading }) => reading.argumentEnd(name));
  const closing = peek(cursor);
  cursor.index += 1;
  return { kind: 'call', name, parameters, span: spanTo(span, closing.span) };
}

/** arg := nothing | expr [ operator expr ] */
function readArgument(cursor: Cursor, depth: number): Expression {
  const token = peek(cursor);
  if (token.kind === ',' || token.kind === ')') {
    return { kind: 'omitted', span: { offset: token.span.offset, length: 0 } };
  }
  const left = readOperand(cursor, depth);
  const operator = peek(cursor);
  if (operator.kind !== 'operator') return left;
  cursor.index += 1;
  const right = readOperand(cursor, depth);
  const second = peek(cursor);
  if (second.kind === 'operator') {
    throw fault(cursor.text, second.span, ({ reading }) => reading.twoSides);
  }
  return { kind: 'comparison', operator: operator.operator, left, right, span: spanTo(left.span, right.span) };
}

function spanTo({ offset }: Span, end: Span): Span {
  return { offset, length: end.offset + end.length - offset };
}

const conjunctions = /^(?:and|or)$/i;

function expected(cursor: Cursor, what: SayMistake): ExpressionError {
  const token = peek(cursor);
  const conjunction = token.kind === 'name' && conjunctions.test(token.name) ? token.name.toUpperCase() : undefined;
  const found = describeToken(cursor.text, token);
  return fault(cursor.text, token.span, (mistakes) => mistakes.reading.expected(found, what(mistakes), conjunction));
}
