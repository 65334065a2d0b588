import { PATTERN_INPUT_LENGTH_MAX, PATTERN_STEPS_MAX } from '#expressions/limits.ts';
import { compilePattern } from '#expressions/patterns/compile-pattern.ts';
import { matchPattern } from '#expressions/patterns/match-pattern.ts';
import type { PatternFault } from '#expressions/patterns/pattern.ts';

/** Comparisons of a membership rule; the opposite of each is its complement, so null is not "Sales". */
export const ruleOperators = ['eq', 'startsWith', 'endsWith', 'contains', 'match', 'in'] as const;
export type RuleOperator = (typeof ruleOperators)[number];

export type RuleValue = string | boolean | null;

/** A comparison: what stands after the operator is one value, or several for `in`. */
export interface RuleComparison {
  readonly kind: 'comparison';
  /** By Entra's name; null inside of any and all, where it is the element itself, `_`. */
  readonly attribute: string | null;
  readonly operator: RuleOperator;
  readonly negated: boolean;
  readonly values: readonly RuleValue[];
}

/** The rule of a dynamic group: Entra ID's "dynamic membership rules". */
export type MembershipRule =
  | RuleComparison
  | { readonly kind: 'and' | 'or'; readonly left: MembershipRule; readonly right: MembershipRule }
  | { readonly kind: 'not'; readonly rule: MembershipRule }
  /** Of an attribute with several values: one of them satisfies the condition, or each. */
  | {
      readonly kind: 'any' | 'all';
      readonly attribute: string;
      readonly condition: MembershipRule;
    };

const negatedNames: Readonly<Record<RuleOperator, string>> = {
  eq: 'ne',
  startsWith: 'notStartsWith',
  endsWith: 'notEndsWith',
  contains: 'notContains',
  match: 'notMatch',
  in: 'notIn',
};

/** Operators by their name in lower case, without the hyphen. */
export const operatorsByName: ReadonlyMap<string, Pick<RuleComparison, 'operator' | 'negated'>> = new Map(
  ruleOperators.flatMap((operator): [string, Pick<RuleComparison, 'operator' | 'negated'>][] => [
    [operator.toLowerCase(), { operator, negated: false }],
    [negatedNames[operator].toLowerCase(), { operator, negated: true }],
  ]),
);

/** Operators as people write them. */
export const operatorNames: readonly string[] = ruleOperators.flatMap((operator) => [
  `-${operator}`,
  `-${negatedNames[operator]}`,
]);

/** A rule as text, with every parenthesis that it could need. */
export function printRule(rule: MembershipRule): string {
  switch (rule.kind) {
    case 'comparison': {
      const name = rule.attribute === null ? '_' : `user.${rule.attribute}`;
      const operator = rule.negated ? negatedNames[rule.operator] : rule.operator;
      const values = rule.values.map(printValue);
      return `${name} -${operator} ${rule.operator === 'in' ? `[${values.join(', ')}]` : (values[0] ?? 'null')}`;
    }
    case 'not':
      return `-not (${printRule(rule.rule)})`;
    case 'any':
    case 'all':
      return `user.${rule.attribute} -${rule.kind} (${printRule(rule.condition)})`;
    default:
      return `(${printRule(rule.left)}) -${rule.kind} (${printRule(rule.right)})`;
  }
}

function printValue(value: RuleValue): string {
  return typeof value === 'string' ? `"${value.replaceAll(/[`"]/g, (mark) => `\`${mark}`)}"` : String(value);
}

/**
 * What -match looks for, anywhere in the value and without case, as a .NET regular expression; a value on which it takes too
 * long does not match. Throws by `fault`.
 */
export function ruleMatcher(pattern: string, fault: PatternFault): (value: string) => boolean {
  const program = compilePattern(`(?i)${pattern}`, fault);
  return (value) => {
    if (value.length > PATTERN_INPUT_LENGTH_MAX) return false;
    const match = matchPattern(program, value, 0, { steps: PATTERN_STEPS_MAX });
    return match !== undefined && match !== 'exhausted';
  };
}
