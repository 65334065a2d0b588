import { quote } from '#base/errors.ts';
import type { Expression, ParsedExpression, Span } from './ast.ts';
import { checkExpression } from './check.ts';
import { ExpressionError, locate } from './expression-error.ts';
import { describeToken, fault, tokenize, type Token } from './lexer.ts';
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
  if (peek(cursor).kind === 'end') throw fault(text, peek(cursor).span, 'it is empty.');
  const root = readOperand(cursor, 0);
  const after = peek(cursor);
  if (after.kind === 'operator') {
    throw fault(text, after.span, 'a comparison is only allowed in the condition of IIF and in CBool; write CBool(…).');
  }
  if (after.kind !== 'end') throw expected(cursor, 'the end of the expression');
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
    return fault(
      text,
      root.span,
      `${quote(written)} has no parentheses after it; write a function call as ${written}(…).`,
    );
  }
  const type = root.kind === 'attribute' ? 'Direct' : 'Constant';
  return fault(
    text,
    root.span,
    `the whole expression must be a function call; for ${quote(written)} alone use the mapping type ${type}.`,
  );
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
      throw expected(cursor, 'a function, an [attribute], a "string" or a whole number');
  }
}

/** func := NAME "(" [ arg { "," arg } ] ")" */
function readCall(cursor: Cursor, { name, span }: Token & { kind: 'name' }, depth: number): Expression {
  const opening = peek(cursor).span;
  if (depth > EXPRESSION_DEPTH_MAX) {
    const reason = `functions are nested more than ${EXPRESSION_DEPTH_MAX} levels deep.`;
    throw new ExpressionError('expressionTooComplex', reason, locate(cursor.text, span));
  }
  const requireMore = (): void => {
    if (peek(cursor).kind !== 'end') return;
    throw fault(cursor.text, opening, `the parenthesis of ${name} is not closed; expected "," or ")" at the end.`);
  };
  const parameters: Expression[] = [];
  do {
    cursor.index += 1;
    requireMore();
    // Empty parentheses are a call without arguments, not a call with one omitted argument.
    if (parameters.length > 0 || peek(cursor).kind !== ')') parameters.push(readArgument(cursor, depth));
  } while (peek(cursor).kind === ',');
  requireMore();
  if (peek(cursor).kind !== ')') throw expected(cursor, `"," or ")" in the arguments of ${name}`);
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
    throw fault(cursor.text, second.span, 'a comparison has two sides; to combine comparisons, nest IIF.');
  }
  return { kind: 'comparison', operator: operator.operator, left, right, span: spanTo(left.span, right.span) };
}

function spanTo({ offset }: Span, end: Span): Span {
  return { offset, length: end.offset + end.length - offset };
}

const conjunctions = /^(?:and|or)$/i;

function expected(cursor: Cursor, what: string): ExpressionError {
  const token = peek(cursor);
  const hint =
    token.kind === 'name' && conjunctions.test(token.name)
      ? `. There is no ${token.name.toUpperCase()}; nest IIF instead`
      : '';
  return fault(cursor.text, token.span, `found ${describeToken(cursor.text, token)}, but expected ${what}${hint}.`);
}
