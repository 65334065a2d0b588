import { PATTERN_INPUT_LENGTH_MAX, PATTERN_STEPS_MAX } from '#expressions/limits.ts';
import { compilePattern } from '#expressions/patterns/compile-pattern.ts';
import { matchPattern } from '#expressions/patterns/match-pattern.ts';
import type { PatternFault } from '#expressions/patterns/pattern.ts';

/**
 * The comparison operators of membership rules. A negated operator is true whenever the positive operator is false, so `-ne "Sales"` is
 * also true for null.
 */
export const ruleOperators = ['eq', 'startsWith', 'endsWith', 'contains', 'match', 'in'] as const;
export type RuleOperator = (typeof ruleOperators)[number];

export type RuleValue = string | boolean | null;

/** A comparison of an attribute with one value, or with several for `in`. */
export interface RuleComparison {
  readonly kind: 'comparison';
  /** The attribute's name in Entra ID; null for `_` inside `-any` and `-all`, which is an element of the list. */
  readonly attribute: string | null;
  readonly operator: RuleOperator;
  readonly negated: boolean;
  readonly values: readonly RuleValue[];
}

/** The rule of a dynamic group, as in Entra ID's "dynamic membership rules". */
export type MembershipRule =
  | RuleComparison
  | { readonly kind: 'and' | 'or'; readonly left: MembershipRule; readonly right: MembershipRule }
  | { readonly kind: 'not'; readonly rule: MembershipRule }
  /** For a multivalued attribute: true if any of its values satisfies the condition, or if all do. */
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

/** Maps lowercase names without the hyphen to operators. */
export const operatorsByName: ReadonlyMap<string, Pick<RuleComparison, 'operator' | 'negated'>> = new Map(
  ruleOperators.flatMap((operator): [string, Pick<RuleComparison, 'operator' | 'negated'>][] => [
    [operator.toLowerCase(), { operator, negated: false }],
    [negatedNames[operator].toLowerCase(), { operator, negated: true }],
  ]),
);

/** The names of all operators as in a rule, such as -eq and -ne. */
export const operatorNames: readonly string[] = ruleOperators.flatMap((operator) => [
  `-${operator}`,
  `-${negatedNames[operator]}`,
]);

/** Prints a rule as text, with parentheses around every operand. */
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
 * Compiles the .NET regular expression of `-match`, which matches anywhere in a value and ignores case. If matching a value takes too many
 * steps, the value does not match. Throws the error that `fault` builds for an invalid pattern.
 */
export function ruleMatcher(pattern: string, fault: PatternFault): (value: string) => boolean {
  const program = compilePattern(`(?i)${pattern}`, fault);
  return (value) => {
    if (value.length > PATTERN_INPUT_LENGTH_MAX) return false;
    const match = matchPattern(program, value, 0, { steps: PATTERN_STEPS_MAX });
    return match !== undefined && match !== 'exhausted';
  };
}
