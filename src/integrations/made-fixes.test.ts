import { expect, test } from 'vitest';
import { areFixesMade, madeFixesAdvice } from './made-fixes.ts';
import { presetRules } from './rules.ts';

const rules = presetRules('strict');

test.each([
  ['the value of the rule', { email: 'optional' }, [{ rule: 'email', value: 'optional' }], true],
  ['another value', {}, [{ rule: 'email', value: 'optional' }], false],
  ['a rule that is off', { emailUnique: false }, [{ rule: 'emailUnique', value: 'off' }], true],
  ['a rule that is on', {}, [{ rule: 'emailUnique', value: 'off' }], false],
  ['a wider value', { adopt: 'any' }, [{ rule: 'adopt', value: 'unmanaged' }], true],
  ['a narrower value', { adopt: 'unmanaged' }, [{ rule: 'adopt', value: 'any' }], false],
  [
    'one of two rules',
    { emailUnique: false },
    [
      { rule: 'emailUnique', value: 'off' },
      { rule: 'employeeNumberUnique', value: 'off' },
    ],
    false,
  ],
  ['a rule that does not exist', {}, [{ rule: 'toString', value: 'off' }], false],
  ['no rule', {}, [], false],
] as const)('areFixesMade compares the advice with today, for %s', (_what, changed, fixes, expected) => {
  expect(areFixesMade({ ...rules, ...changed }, fixes)).toBe(expected);
});

test('madeFixesAdvice names each rule with its value, and says to send again', () => {
  const fixes = [
    { rule: 'emailUnique', value: 'off' },
    { rule: 'employeeNumberUnique', value: 'off' },
  ];
  expect(madeFixesAdvice(fixes, 'the user')).toBe(
    'The rules have changed since: emailUnique is now off, employeeNumberUnique is now off. Send the user again: in Entra ID with Provision on demand, or wait for the next cycle.',
  );
});
