import { AppError, quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { expressionMistakes } from '#base/words/expression-mistakes.ts';
import { readRuleTokens, ruleError, type RuleToken } from './membership-rule-lexer.ts';
import {
  operatorNames,
  operatorsByName,
  ruleMatcher,
  type MembershipRule,
  type RuleComparison,
  type RuleOperator,
  type RuleValue,
} from './membership-rule.ts';
import { RULE_LENGTH_MAX, sourceAttribute, sourceUserAttributes, type SourceAttribute } from './source-attributes.ts';

/** Maximum nesting depth of parentheses and negations. */
export const RULE_DEPTH_MAX = 50;

/** The attributes that a rule can use: all except computed attributes and the manager. */
const ruleAttributes = sourceUserAttributes.filter(({ place, type }) => place !== 'computed' && type !== 'Reference');

/**
 * Parses the rule of a dynamic group. The precedence, lowest first, is: -or, -and, -not, comparisons. Operators are case-insensitive, and
 * their hyphen is optional. Throws `valueTooLong`, and `invalidValue` with the position of the error.
 *
 * @example
 * parseMembershipRule('user.department -eq "Sales"');
 * // { kind: 'comparison', attribute: 'department', operator: 'eq', negated: false, values: ['Sales'] }
 */
export function parseMembershipRule(text: string): MembershipRule {
  if (Array.from(text).length > RULE_LENGTH_MAX) {
    throw new AppError(
      'valueTooLong',
      `The rule has ${Array.from(text).length} characters: at most ${RULE_LENGTH_MAX} are allowed.`,
      { attribute: 'membershipRule' },
    );
  }
  const parser = new RuleParser(text);
  const rule = parser.or();
  parser.end();
  return rule;
}

class RuleParser {
  readonly #tokens: readonly RuleToken[];
  #next = 0;
  #depth = 0;
  /** The attribute of the enclosing -any or -all, whose elements are written `_` in the condition; undefined outside of -any and -all. */
  #collection: SourceAttribute | undefined;

  constructor(text: string) {
    this.#tokens = readRuleTokens(text);
  }

  or(): MembershipRule {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  end(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw ruleError(token, `-and, -or or the end was expected, not ${describeToken(token)}`);
  }

  #and(): MembershipRule {
    let left = this.#not();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): MembershipRule {
    const token = this.#peek();
    if (!this.#takeWord('not')) return this.#primary();
    return this.#deeper(token, () => ({ kind: 'not', rule: this.#not() }));
  }

  #primary(): MembershipRule {
    const token = this.#peek();
    if (!this.#takeMark('(')) return this.#comparison();
    return this.#deeper(token, () => {
      const inner = this.or();
      this.#expectMark(')', token);
      return inner;
    });
  }

  #deeper(token: RuleToken, read: () => MembershipRule): MembershipRule {
    this.#depth += 1;
    if (this.#depth > RULE_DEPTH_MAX) throw ruleError(token, `the rule is nested deeper than ${RULE_DEPTH_MAX} levels`);
    const rule = read();
    this.#depth -= 1;
    return rule;
  }

  #comparison(): MembershipRule {
    const place = this.#take();
    const attribute = this.#attribute(place);
    const operatorToken = this.#take();
    const word = operatorToken.kind === 'word' ? operatorToken.text.replace(/^-/, '').toLowerCase() : '';
    if (word === 'any' || word === 'all') return this.#quantified(attribute, word, operatorToken);
    const operator = operatorsByName.get(word);
    if (operator === undefined) {
      throw ruleError(
        operatorToken,
        `one of ${operatorNames.join(', ')} was expected, not ${describeToken(operatorToken)}`,
      );
    }
    if (this.#collection === undefined && attribute.multivalued && operator.operator !== 'eq') {
      const example = `user.${attribute.name} -any (_ -contains "x")`;
      throw ruleError(operatorToken, `${attribute.name} has several values: write ${example}`);
    }
    const name = this.#collection === undefined ? attribute.name : null;
    return { kind: 'comparison', attribute: name, ...operator, values: this.#values(attribute, operator.operator) };
  }

  #attribute(token: RuleToken): SourceAttribute {
    const name = token.kind === 'word' ? token.text : undefined;
    if (this.#collection !== undefined) {
      if (name === '_') return this.#collection;
      throw ruleError(token, `inside -any and -all, the value must be written as "_", not ${describeToken(token)}`);
    }
    const property = name !== undefined && /^user\./i.test(name) ? name.slice('user.'.length) : undefined;
    if (property === undefined) {
      throw ruleError(token, `a property such as user.department was expected, not ${describeToken(token)}`);
    }
    const attribute = sourceAttribute('User', property);
    if (attribute !== undefined && ruleAttributes.includes(attribute)) return attribute;
    const near = suggestion(
      property,
      ruleAttributes.map(({ name }) => name),
    );
    const hint = near === undefined ? '' : `. Did you mean user.${near}?`;
    throw ruleError(token, `there is no property ${quote(name)} that a rule can use${hint}`);
  }

  #quantified(attribute: SourceAttribute, kind: 'any' | 'all', token: RuleToken): MembershipRule {
    if (!attribute.multivalued)
      throw ruleError(
        token,
        `${attribute.name} has only one value, but -${kind} needs an attribute with several values`,
      );
    if (this.#collection !== undefined) throw ruleError(token, `-${kind} cannot be inside -any or -all`);
    const open = this.#peek();
    if (!this.#takeMark('(')) throw ruleError(open, `( was expected after -${kind}, not ${describeToken(open)}`);
    this.#collection = attribute;
    const condition = this.or();
    this.#collection = undefined;
    this.#expectMark(')', open);
    return { kind, attribute: attribute.name, condition };
  }

  #values(attribute: SourceAttribute, operator: RuleOperator): RuleComparison['values'] {
    if (operator !== 'in') return [this.#value(attribute, operator)];
    const open = this.#peek();
    if (!this.#takeMark('['))
      throw ruleError(open, `a list such as ["A", "B"] was expected, not ${describeToken(open)}`);
    const values: RuleValue[] = [];
    do {
      values.push(this.#value(attribute, operator));
    } while (this.#takeMark(','));
    this.#expectMark(']', open);
    return values;
  }

  #value(attribute: SourceAttribute, operator: RuleOperator): RuleValue {
    const token = this.#take();
    const word = token.kind === 'word' ? token.text.toLowerCase() : undefined;
    if (word === 'null' || word === '$null') {
      if (operator === 'eq' || operator === 'in') return null;
      throw ruleError(token, 'null can be used only with -eq, -ne, -in and -notIn');
    }
    if (attribute.type === 'Boolean') {
      if (operator !== 'eq') throw ruleError(token, `${attribute.name} is true or false: compare it with -eq or -ne`);
      const text = token.kind === 'string' ? token.text.toLowerCase() : word;
      if (text === 'true' || text === 'false') return text === 'true';
      throw ruleError(token, `${attribute.name} is true or false, not ${describeToken(token)}`);
    }
    if (token.kind !== 'string') {
      throw ruleError(token, `a string in double quotes was expected, not ${describeToken(token)}`);
    }
    if (attribute.multivalued && this.#collection === undefined) {
      throw ruleError(token, `${attribute.name} has several values: compare it with null, or use -any and -all`);
    }
    if (operator === 'match') checkPattern(token);
    return token.text;
  }

  #peek(): RuleToken {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error('the last token is the end');
    return token;
  }

  #take(): RuleToken {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'word' && token.text.replace(/^-/, '').toLowerCase() === word;
    if (found) this.#next += 1;
    return found;
  }

  #takeMark(mark: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'mark' && token.text === mark;
    if (found) this.#next += 1;
    return found;
  }

  #expectMark(mark: string, open: RuleToken): void {
    const token = this.#peek();
    if (this.#takeMark(mark)) return;
    const reason = `${mark} was expected for the ${open.text} at position ${open.position}, not ${describeToken(token)}`;
    throw ruleError(token, reason);
  }
}

function checkPattern(token: RuleToken): void {
  ruleMatcher(token.text, (reason) =>
    ruleError(token, `${quote(token.text)} is not a regular expression: ${reason(expressionMistakes)}`),
  );
}

function describeToken(token: RuleToken): string {
  return token.kind === 'end' ? 'the end of the rule' : quote(token.text);
}
