import { AppError } from '#base/errors.ts';
import { FILTER_DEPTH_MAX, FILTER_TERMS_MAX } from '../limits.ts';
import { splitAttributePath, type AttributePath } from '../path/attribute-path.ts';
import { comparisonOperators, type ComparisonOperator, type Filter } from './ast.ts';
import { describe, syntaxError, tokenize, type Token } from './lexer.ts';
import { unescapedValue } from './unescaped-value.ts';

type SyntaxCode = 'filterSyntax' | 'invalidPath';

/**
 * Parses a filter (RFC 7644 §3.4.2.2); operators and keywords may have any case. Throws `filterSyntax` with the position of the
 * error, and `filterTooComplex` for a filter that exceeds a limit. The time is linear in the length of the text.
 *
 * @example
 * parseFilter('userName eq "ann"'); // { kind: 'comparison', operator: 'eq', value: 'ann', path: { name: 'userName', … } }
 */
export function parseFilter(text: string): Filter {
  try {
    return readFilter(text);
  } catch (error) {
    throw unescapedValue(text, error) ?? error;
  }
}

function readFilter(text: string): Filter {
  const parser = new FilterParser(tokenize(text, 'filterSyntax'), 'filterSyntax');
  const filter = parser.disjunction();
  parser.expectEnd('"and", "or" or the end');
  return filter;
}

const attributePattern = /^[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/;
const subAttributePattern = /^\.[A-Za-z$][\w$-]*$/;

/** A recursive-descent parser over tokens. FILTER_DEPTH_MAX limits the depth of the filter, and so of the recursion. */
export class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #code: SyntaxCode;
  #index = 0;
  #depth = 0;
  #terms = 0;
  #inValuePath = false;

  constructor(tokens: readonly Token[], code: SyntaxCode) {
    this.#tokens = tokens;
    this.#code = code;
  }

  /** Parses a whole filter: terms joined by "and", which are joined by "or". "and" has precedence over "or". */
  disjunction(): Filter {
    return this.#chain('or', () => this.#chain('and', () => this.#term()));
  }

  #chain(kind: 'and' | 'or', operand: () => Filter): Filter {
    const first = operand();
    if (!this.#takeKeyword(kind)) return first;
    const operands = [first];
    do operands.push(operand());
    while (this.#takeKeyword(kind));
    return { kind, operands: operands.flatMap((inner) => (inner.kind === kind ? inner.operands : [inner])) };
  }

  #term(): Filter {
    const token = this.#peek();
    if (token.kind === '(') return this.#group();
    if (this.#takeKeyword('not')) {
      if (this.#peek().kind !== '(') throw this.#fault('"(" after "not" (RFC 7644 requires the parentheses)');
      return { kind: 'not', operand: this.#group() };
    }
    const path = this.attributePath();
    if (this.#peek().kind === '[') return this.#valuePath(path);
    return this.#comparison(path);
  }

  #group(): Filter {
    this.#next();
    const filter = this.#deeper(() => this.disjunction());
    if (this.#peek().kind !== ')') throw this.#fault('")", "and" or "or"');
    this.#next();
    return filter;
  }

  #valuePath(path: AttributePath): Filter {
    const filter = this.bracket();
    const sub = this.subAttribute();
    if (sub === undefined) return { kind: 'valuePath', path, filter };
    // Entra ID sends emails[type eq "work"].value eq "x": one element must satisfy both comparisons.
    const comparison = this.#comparison({ urn: undefined, name: sub.name, subName: undefined, position: sub.position });
    const operands = filter.kind === 'and' ? [...filter.operands, comparison] : [filter, comparison];
    return { kind: 'valuePath', path, filter: { kind: 'and', operands } };
  }

  /** Parses the filter in brackets after an attribute. Brackets cannot be nested. */
  bracket(): Filter {
    if (this.#inValuePath) throw this.#fault('an operator: value paths cannot be nested');
    this.#next();
    this.#inValuePath = true;
    const filter = this.#deeper(() => this.disjunction());
    this.#inValuePath = false;
    if (this.#peek().kind !== ']') throw this.#fault('"]", "and" or "or"');
    this.#next();
    return filter;
  }

  /** Parses the sub-attribute after the brackets, such as `.value`; undefined if there is none. */
  subAttribute(): { readonly name: string; readonly position: number } | undefined {
    const token = this.#peek();
    if (token.kind !== 'word' || !token.text.startsWith('.')) return undefined;
    if (!subAttributePattern.test(token.text)) throw this.#fault('one sub-attribute, such as ".value"');
    this.#next();
    return { name: token.text.slice(1), position: token.position };
  }

  /** Parses an attribute path, with or without a schema URN. */
  attributePath(): AttributePath {
    const token = this.#peek();
    if (token.kind !== 'word') throw this.#fault('the name of an attribute');
    const path = splitAttributePath(token.text, token.position);
    const { urn } = path;
    const name = token.text.slice(urn === undefined ? 0 : urn.length + 1);
    if (!attributePattern.test(name) || (urn !== undefined && !/^urn:[^:]/i.test(urn))) {
      throw this.#fault('the name of an attribute, with its schema URN or without');
    }
    this.#next();
    return path;
  }

  #comparison(path: AttributePath): Filter {
    this.#countTerm();
    if (this.#takeKeyword('pr')) return { kind: 'present', path };
    const operator = this.#operator();
    const token = this.#peek();
    if (token.kind !== 'value') {
      throw this.#fault(
        'a value: a string in double quotes, a number, true, false or null',
        'a word without double quotes',
      );
    }
    this.#next();
    return { kind: 'comparison', path, operator, value: token.value };
  }

  #operator(): ComparisonOperator {
    const token = this.#peek();
    const text = token.kind === 'word' ? token.text.toLowerCase() : '';
    const operator = comparisonOperators.find((candidate) => candidate === text);
    if (operator === undefined) throw this.#fault(`an operator: ${comparisonOperators.join(', ')} or pr`);
    this.#next();
    return operator;
  }

  /** Throws unless all tokens are consumed. `expected` says what could follow. */
  expectEnd(expected: string): void {
    if (this.#peek().kind !== 'end') throw this.#fault(expected);
  }

  isAt(kind: Token['kind']): boolean {
    return this.#peek().kind === kind;
  }

  #countTerm(): void {
    this.#terms += 1;
    if (this.#terms <= FILTER_TERMS_MAX) return;
    throw this.#tooComplex(`it has more than ${FILTER_TERMS_MAX} comparisons`);
  }

  #deeper(parse: () => Filter): Filter {
    this.#depth += 1;
    if (this.#depth > FILTER_DEPTH_MAX)
      throw this.#tooComplex(`it is nested more than ${FILTER_DEPTH_MAX} levels deep`);
    const filter = parse();
    this.#depth -= 1;
    return filter;
  }

  #tooComplex(reason: string): AppError {
    const { position } = this.#peek();
    const code = this.#code === 'filterSyntax' ? 'filterTooComplex' : this.#code;
    return new AppError(code, `The filter is too complex at position ${position}: ${reason}.`, { position });
  }

  #takeKeyword(keyword: 'and' | 'or' | 'not' | 'pr'): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== keyword) return false;
    this.#next();
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', position: 0 };
  }

  #next(): void {
    this.#index += 1;
  }

  /** Creates the error for the current token. `word` replaces a word that may be a value, and therefore a secret. */
  #fault(expected: string, word?: string): AppError {
    const token = this.#peek();
    // A word after a value may be the rest of a value with unescaped quotation marks, so it may be a secret, too.
    const isBehindValue = this.#tokens[this.#index - 1]?.kind === 'value';
    const text = isBehindValue ? 'a word' : word;
    const found = token.kind === 'word' && text !== undefined ? text : describe(token);
    return syntaxError(this.#code, `found ${found}, but expected ${expected}`, token.position);
  }
}
