import { describe, expect, test } from 'vitest';
import { messageFor } from '#base/error-message.ts';
import { reasonTable, type ReasonCode } from '#base/reasons/reasons.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { refusingRules } from './deciding-rule.ts';
import { presetRules, ruleDefinitions } from './rules.ts';

const rules = presetRules('strict');

/** Every reason with each of its examples, whose advice for SCIM clients is to change a rule. */
const cases = (Object.keys(reasonTable) as readonly ReasonCode[]).flatMap((code) =>
  reasonTable[code].examples.flatMap((example) => {
    const error = refusal(code, example as never);
    return /tanhua integration set/.test(messageFor(error, 'scim')) ? [[code, error] as const] : [];
  }),
);

describe('refusingRules', () => {
  test.for(cases)('returns the rule that the advice of the reason %s says to change', ([, error]) => {
    const [found] = refusingRules(error, rules);
    expect(found, messageFor(error, 'scim')).toBeDefined();
    if (found === undefined) return;
    expect(Object.keys(ruleDefinitions)).toContain(found.name);
    expect(found.value).toBe(rules[found.name]);
    expect(messageFor(error, 'scim')).toContain(` ${found.name}=`);
  });

  test('covers every kind of advice, and returns an empty list if no rule decided', () => {
    expect(cases.length).toBeGreaterThan(8);
    expect(refusingRules(refusal('memberCycle', { id: '1', isItself: true }), rules)).toEqual([]);
    const [[, error] = [undefined, undefined]] = cases;
    if (error !== undefined) expect(refusingRules(error, undefined)).toEqual([]);
  });
});
