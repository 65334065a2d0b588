import { fold } from '#base/fold.ts';
import type { JsonValue } from '#base/json.ts';
import { expressionMistakes } from '#base/words/expression-mistakes.ts';
import { ruleMatcher, type MembershipRule, type RuleComparison, type RuleValue } from './membership-rule.ts';
import { parseMembershipRule } from './parse-membership-rule.ts';
import type { SourceUser } from './source-object.ts';

/** Returns true if a user satisfies the rule of a dynamic group; false for deleted users. */
export type RuleTest = (user: SourceUser) => boolean;

/**
 * Compiles a membership rule. Strings are compared case-insensitively, as in Entra ID. Throws the errors of `parseMembershipRule`.
 *
 * @example
 * const test = compileMembershipRule('user.department -eq "Sales"');
 * const members = users.filter(test);
 */
export function compileMembershipRule(text: string): RuleTest {
  const test = compile(parseMembershipRule(text));
  return (user) => user.deletedAt === null && test((name) => valueOf(user, name));
}

type Read = (name: string | null) => JsonValue;
type Test = (read: Read) => boolean;

function compile(rule: MembershipRule): Test {
  switch (rule.kind) {
    case 'and':
    case 'or': {
      const [left, right] = [compile(rule.left), compile(rule.right)];
      return rule.kind === 'and' ? (read) => left(read) && right(read) : (read) => left(read) || right(read);
    }
    case 'not': {
      const inner = compile(rule.rule);
      return (read) => !inner(read);
    }
    case 'any':
    case 'all': {
      const inner = compile(rule.condition);
      const { attribute, kind } = rule;
      return (read) => {
        const value = read(attribute);
        const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
        const holds = (element: JsonValue) => inner(() => element);
        return kind === 'any' ? values.some(holds) : values.length > 0 && values.every(holds);
      };
    }
    default:
      return compileComparison(rule);
  }
}

function compileComparison({ attribute, operator, negated, values }: RuleComparison): Test {
  const [first = null] = values;
  const wanted = typeof first === 'string' ? fold(first) : '';
  const texts = new Set(values.map(toKey));
  const matches =
    operator === 'match' ? ruleMatcher(String(first), (reason) => new Error(reason(expressionMistakes))) : undefined;
  const holds = (value: JsonValue): boolean => {
    // A rule can compare a list only with null, and a list that reaches this line is not null.
    if (operator === 'eq' || operator === 'in') return !Array.isArray(value) && texts.has(toKey(value as RuleValue));
    if (typeof value !== 'string') return false;
    if (matches !== undefined) return matches(value);
    const text = fold(value);
    if (operator === 'startsWith') return text.startsWith(wanted);
    return operator === 'endsWith' ? text.endsWith(wanted) : text.includes(wanted);
  };
  return (read) => holds(read(attribute)) !== negated;
}

/** Converts a value to a key for comparison. Strings that differ only in case have the same key; a boolean and a string never do. */
function toKey(value: RuleValue): string | boolean | null {
  return typeof value === 'string' ? fold(value) : value;
}

function valueOf(user: SourceUser, name: string | null): JsonValue {
  if (name === 'objectId') return user.id;
  if (name === 'accountEnabled') return user.accountEnabled;
  return name === null ? null : (user.attributes[name] ?? null);
}
