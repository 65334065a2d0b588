import type { ProposedRule } from '../../data/rules-path.ts';
import type { Source } from '../../data/sources.ts';
import type { Words } from '../../words/words.tsx';

export type Rules = Source['rules'];
export type RuleName = keyof Rules;

export type RuleValue = Rules[RuleName];

/** The rules in the order of the page. */
export const ruleSections = [
  {
    name: 'people',
    rules: [
      'userName',
      'email',
      'emailFormat',
      'emailUnique',
      'employeeNumberUnique',
      'inactiveOnCreate',
      'newUserState',
      'activationMail',
      'manager',
    ],
  },
  { name: 'groups', rules: ['groups', 'groupNameUnique', 'unknownMembers'] },
  { name: 'actions', rules: ['create', 'update', 'delete', 'deleteAction', 'adopt'] },
  { name: 'form', rules: ['unknownAttributes', 'schemas'] },
] as const satisfies readonly { readonly name: string; readonly rules: readonly RuleName[] }[];

/** The names of all rules in the order of the page. */
export const ruleNames: readonly RuleName[] = ruleSections.flatMap(({ rules }) => rules);

/** The rules that are on or off have these values in the texts. */
export function textOf(value: RuleValue): string {
  return String(value);
}

/** Returns the value of a rule from its text. */
export function valueOf(text: string): RuleValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text as RuleValue;
}

/**
 * Returns the proposals of a link as values of rules. Leaves out those whose rule or value does not exist, as in a mistyped URL.
 *
 * @param texts The texts of the rules, which have every value.
 */
export function knownProposals(
  proposals: readonly ProposedRule[],
  texts: Words['sources']['rules']['rule'],
): Partial<Record<RuleName, RuleValue>> {
  const known: Readonly<Record<string, { readonly values: object }>> = texts;
  const onOff: Readonly<Record<string, string>> = { on: 'true', off: 'false' };
  const entries = proposals.flatMap(({ rule, value }) => {
    const text = onOff[value] ?? value;
    const values = Object.hasOwn(known, rule) ? known[rule]?.values : undefined;
    return values !== undefined && Object.hasOwn(values, text) ? [[rule, valueOf(text)]] : [];
  });
  return Object.fromEntries(entries) as Partial<Record<RuleName, RuleValue>>;
}

/** Returns the proposed rules that differ from those that apply. */
export function changedRules(rules: Rules, proposed: Partial<Record<RuleName, RuleValue>>): Partial<Rules> {
  const entries = Object.entries(proposed).filter(([name, value]) => rules[name as RuleName] !== value);
  return Object.fromEntries(entries);
}
