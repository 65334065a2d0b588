import { quote } from '#base/errors.ts';
import { badFilter, tokenize, type Token } from './filter-lexer.ts';
import {
  comparisonOperators,
  FILTER_DEPTH_MAX,
  FILTER_LENGTH_MAX,
  FILTER_TERMS_MAX,
  textFunctions,
  type ComparisonOperator,
  type Filter,
  type Literal,
  type TextFunction,
} from './filter.ts';

interface Cursor {
  readonly text: string;
  readonly tokens: Token[];
  index: number;
  terms: number;
}

/**
 * Parses $filter. Throws `invalidQuery` with the position of the error and what is expected there.
 *
 * @example
 * parseFilter("mail eq 'ann@contoso.example'");
 * // { kind: 'comparison', path: 'mail', operator: 'eq', value: 'ann@contoso.example' }
 */
export function parseFilter(text: string): Filter {
  if (text.length > FILTER_LENGTH_MAX) {
    throw badFilter(text, FILTER_LENGTH_MAX, `it has ${text.length} characters, and ${FILTER_LENGTH_MAX} is the limit`);
  }
  const cursor: Cursor = { text, tokens: [...tokenize(text)], index: 0, terms: 0 };
  const filter = readOr(cursor, 0);
  if (peek(cursor).kind !== 'end') throw expected(cursor, 'and, or, or the end');
  return filter;
}

function peek({ tokens, index }: Cursor): Token {
  const token = tokens[index] ?? tokens.at(-1);
  return token ?? { kind: 'end', text: '', offset: 0 };
}

function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.index += 1;
  return token;
}

function expected(cursor: Cursor, what: string): Error {
  const { kind, text, offset } = peek(cursor);
  return badFilter(
    cursor.text,
    offset,
    `${what} is expected, but there is ${kind === 'end' ? 'the end' : quote(text)}`,
  );
}

function takeMark(cursor: Cursor, mark: '(' | ')' | ','): void {
  if (peek(cursor).kind !== mark) throw expected(cursor, quote(mark));
  cursor.index += 1;
}

function isWord(cursor: Cursor, word: string): boolean {
  const { kind, text } = peek(cursor);
  return kind === 'word' && text.toLowerCase() === word;
}

function readOr(cursor: Cursor, depth: number): Filter {
  return readChain(cursor, 'or', () => readChain(cursor, 'and', () => readUnary(cursor, depth)));
}

function readChain(cursor: Cursor, word: 'and' | 'or', read: () => Filter): Filter {
  const first = read();
  const parts = [first];
  while (isWord(cursor, word)) {
    cursor.index += 1;
    parts.push(read());
  }
  return parts.length === 1 ? first : { kind: word, parts };
}

function readUnary(cursor: Cursor, depth: number): Filter {
  if (depth > FILTER_DEPTH_MAX) throw expected(cursor, `a nesting of at most ${FILTER_DEPTH_MAX} levels`);
  if (isWord(cursor, 'not')) {
    cursor.index += 1;
    return { kind: 'not', part: readUnary(cursor, depth + 1) };
  }
  if (peek(cursor).kind === '(') {
    cursor.index += 1;
    const inner = readOr(cursor, depth + 1);
    takeMark(cursor, ')');
    return inner;
  }
  return readTerm(cursor, depth);
}

function countTerm(cursor: Cursor): void {
  cursor.terms += 1;
  if (cursor.terms > FILTER_TERMS_MAX) throw expected(cursor, `a filter of at most ${FILTER_TERMS_MAX} comparisons`);
}

function readTerm(cursor: Cursor, depth: number): Filter {
  countTerm(cursor);
  const { kind, text } = peek(cursor);
  if (kind !== 'word') throw expected(cursor, 'a property');
  cursor.index += 1;
  if (peek(cursor).kind === '(') return readCall(cursor, text, depth);
  const operator = comparisonOperators.find((one) => isWord(cursor, one));
  if (operator !== undefined) return readComparison(cursor, text, operator);
  if (isWord(cursor, 'in')) return readList(cursor, text);
  throw expected(cursor, `one of ${comparisonOperators.join(', ')} and in`);
}

function readComparison(cursor: Cursor, path: string, operator: ComparisonOperator): Filter {
  cursor.index += 1;
  return { kind: 'comparison', path, operator, value: readLiteral(cursor) };
}

function readList(cursor: Cursor, path: string): Filter {
  cursor.index += 1;
  takeMark(cursor, '(');
  const values = [readLiteral(cursor)];
  while (peek(cursor).kind === ',') {
    cursor.index += 1;
    countTerm(cursor);
    values.push(readLiteral(cursor));
  }
  takeMark(cursor, ')');
  return { kind: 'in', path, values };
}

function readCall(cursor: Cursor, name: string, depth: number): Filter {
  const known = textFunctions.find((one) => one === name.toLowerCase());
  cursor.index += 1;
  if (known !== undefined) return readTextFunction(cursor, known);
  const path = /^(?<path>.+)\/any$/i.exec(name)?.groups?.['path'];
  if (path === undefined) {
    cursor.index -= 2;
    throw expected(cursor, `a property, or one of ${textFunctions.join(', ')} and /any`);
  }
  if (peek(cursor).kind === ')') {
    cursor.index += 1;
    return { kind: 'any', path, variable: '', condition: undefined };
  }
  const variable = readVariable(cursor);
  const condition = readOr(cursor, depth + 1);
  takeMark(cursor, ')');
  return { kind: 'any', path, variable, condition };
}

/** Reads a variable and its colon, such as `x:` in `x:x eq 'a'`. Keeps the text after the colon as the next token. */
function readVariable(cursor: Cursor): string {
  const { kind, text, offset } = peek(cursor);
  const groups = kind === 'word' ? /^(?<variable>[A-Za-z_]\w*):(?<rest>.*)$/.exec(text)?.groups : undefined;
  if (groups === undefined) throw expected(cursor, "a variable with a colon, as in x:x eq 'a'");
  const { variable = '', rest = '' } = groups;
  if (rest === '') cursor.index += 1;
  else cursor.tokens[cursor.index] = { kind: 'word', text: rest, offset: offset + variable.length + 1 };
  return variable;
}

function readTextFunction(cursor: Cursor, name: TextFunction): Filter {
  const { kind, text: path } = take(cursor);
  if (kind !== 'word') {
    cursor.index -= 1;
    throw expected(cursor, 'a property');
  }
  takeMark(cursor, ',');
  const token = peek(cursor);
  if (token.kind !== 'text') throw expected(cursor, "a string in '…'");
  cursor.index += 1;
  takeMark(cursor, ')');
  return { kind: 'text', path, function: name, value: token.text };
}

const numeric = /^-?\d+(\.\d+)?$/;
const guidOrDate = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$|^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/i;

function readLiteral(cursor: Cursor): Literal {
  const { kind, text } = peek(cursor);
  if (kind === 'text') {
    cursor.index += 1;
    return text;
  }
  const word = text.toLowerCase();
  if (kind !== 'word' || !(['true', 'false', 'null'].includes(word) || numeric.test(text) || guidOrDate.test(text))) {
    throw expected(cursor, "a value (a string in '…', a number, true, false, null, a date or a GUID)");
  }
  cursor.index += 1;
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  return numeric.test(text) ? Number(text) : text;
}
