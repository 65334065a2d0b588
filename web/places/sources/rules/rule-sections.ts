import type { RuleName, Rules } from '../queries.ts';

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

/** Returns the proposed rules that differ from those that apply. */
export function changedRules(rules: Rules, proposed: Partial<Record<RuleName, RuleValue>>): Partial<Rules> {
  const entries = Object.entries(proposed).filter(([name, value]) => rules[name as RuleName] !== value);
  return Object.fromEntries(entries);
}
