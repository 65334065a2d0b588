import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
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
    const { length } = Array.from(text);
    throw new StandInError('valueTooLong', ({ rule }) => rule.tooLong(length, RULE_LENGTH_MAX), {
      attribute: 'membershipRule',
    });
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
    if (token.kind !== 'end') throw ruleError(token, (texts) => texts.expected(texts.conjunctionOrEnd, quoted(token)));
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
    if (this.#depth > RULE_DEPTH_MAX) throw ruleError(token, (texts) => texts.tooDeep(RULE_DEPTH_MAX));
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
      throw ruleError(operatorToken, (texts) =>
        texts.expected(texts.oneOf(operatorNames.join(', ')), quoted(operatorToken)),
      );
    }
    if (this.#collection === undefined && attribute.multivalued && operator.operator !== 'eq') {
      const example = `user.${attribute.name} -any (_ -contains "x")`;
      throw ruleError(operatorToken, (texts) => texts.severalValues(attribute.name, example));
    }
    const name = this.#collection === undefined ? attribute.name : null;
    return { kind: 'comparison', attribute: name, ...operator, values: this.#values(attribute, operator.operator) };
  }

  #attribute(token: RuleToken): SourceAttribute {
    const name = token.kind === 'word' ? token.text : undefined;
    if (this.#collection !== undefined) {
      if (name === '_') return this.#collection;
      throw ruleError(token, (texts) => texts.notFound(texts.underscore, quoted(token)));
    }
    const property = name !== undefined && /^user\./i.test(name) ? name.slice('user.'.length) : undefined;
    if (property === undefined) {
      throw ruleError(token, (texts) => texts.expected(texts.property, quoted(token)));
    }
    const attribute = sourceAttribute('User', property);
    if (attribute !== undefined && ruleAttributes.includes(attribute)) return attribute;
    const near = suggestion(
      property,
      ruleAttributes.map(({ name }) => name),
    );
    throw ruleError(token, (texts) => texts.noProperty(quote(name), near));
  }

  #quantified(attribute: SourceAttribute, kind: 'any' | 'all', token: RuleToken): MembershipRule {
    if (!attribute.multivalued) throw ruleError(token, (texts) => texts.oneValue(attribute.name, kind));
    if (this.#collection !== undefined) throw ruleError(token, (texts) => texts.nested(kind));
    const open = this.#peek();
    if (!this.#takeMark('(')) throw ruleError(open, (texts) => texts.notFound(texts.openAfter(kind), quoted(open)));
    this.#collection = attribute;
    const condition = this.or();
    this.#collection = undefined;
    this.#expectMark(')', open);
    return { kind, attribute: attribute.name, condition };
  }

  #values(attribute: SourceAttribute, operator: RuleOperator): RuleComparison['values'] {
    if (operator !== 'in') return [this.#value(attribute, operator)];
    const open = this.#peek();
    if (!this.#takeMark('[')) throw ruleError(open, (texts) => texts.expected(texts.list, quoted(open)));
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
      throw ruleError(token, ({ nullOperator }) => nullOperator);
    }
    if (attribute.type === 'Boolean') {
      if (operator !== 'eq') throw ruleError(token, (texts) => texts.flagOperator(attribute.name));
      const text = token.kind === 'string' ? token.text.toLowerCase() : word;
      if (text === 'true' || text === 'false') return text === 'true';
      throw ruleError(token, (texts) => texts.notFound(texts.flag(attribute.name), quoted(token)));
    }
    if (token.kind !== 'string') {
      throw ruleError(token, (texts) => texts.expected(texts.string, quoted(token)));
    }
    if (attribute.multivalued && this.#collection === undefined) {
      throw ruleError(token, (texts) => texts.compareList(attribute.name));
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
    throw ruleError(token, (texts) => texts.notFound(texts.closing(mark, open.text, open.position), quoted(token)));
  }
}

function checkPattern(token: RuleToken): void {
  ruleMatcher(token.text, (reason) => ruleError(token, (texts) => texts.pattern(quote(token.text), reason)));
}

/** Returns the text of a token in quotation marks; undefined for the end. */
function quoted(token: RuleToken): string | undefined {
  return token.kind === 'end' ? undefined : quote(token.text);
}
