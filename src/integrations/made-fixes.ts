import type { RuleFix } from '#base/reasons/rule-fixes.ts';
import type { Language } from '#base/words/language.ts';
import type { Rules } from './rules.ts';

/** Values that accept all requests that another value of the rule accepts. */
const widerValues: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  adopt: { unmanaged: ['any'] },
};

/**
 * Returns true if an integration already has the rules that the advice of a refusal says to change, so that it would no longer refuse the
 * request for that reason. Returns false if the advice names no rule.
 *
 * @example
 * areFixesMade(integration.rules, [{ rule: 'email', value: 'optional' }]); // true after: tanhua integration set NAME email=optional
 */
export function areFixesMade(rules: Rules, fixes: readonly RuleFix[]): boolean {
  const today: Readonly<Record<string, string | boolean>> = rules;
  return (
    fixes.length > 0 &&
    fixes.every(({ rule, value }) => {
      const now = textOf(today[rule]);
      return now === value || widerValues[rule]?.[value]?.includes(now) === true;
    })
  );
}

/** Returns the value of a rule as commands write it. */
function textOf(value: string | boolean | undefined): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value ?? '';
}

/** Whom a source has to send again. */
export type Resent = 'the person' | 'the people' | 'the user' | 'the group';

const resentInChinese: Readonly<Record<Resent, string>> = {
  'the person': '此人',
  'the people': '这些人员',
  'the user': '该用户',
  'the group': '该组',
};

export const SEND_AGAIN_ZH = '在 Entra ID 中使用“按需预配”，或等待下一个周期。';

/** How to send users or groups again. */
export const SEND_AGAIN = 'in Entra ID with Provision on demand, or wait for the next cycle.';

/**
 * Says that rules have been changed since they refused a request, and that the source has to send it again.
 *
 * @example
 * madeFixesAdvice([{ rule: 'email', value: 'optional' }], 'the user');
 * // 'The rule has changed since: email is now optional. Send the user again: in Entra ID with Provision on demand, or …'
 */
export function madeFixesAdvice(fixes: readonly RuleFix[], whom: Resent, language: Language = 'en'): string {
  if (language === 'zh') {
    const values = fixes.map(({ rule, value }) => `${rule} 现在为 ${value}`).join('，');
    return `规则此后已更改：${values}。请重新发送${resentInChinese[whom]}：${SEND_AGAIN_ZH}`;
  }
  const values = fixes.map(({ rule, value }) => `${rule} is now ${value}`).join(', ');
  return `${fixes.length === 1 ? 'The rule has' : 'The rules have'} changed since: ${values}. Send ${whom} again: ${SEND_AGAIN}`;
}
