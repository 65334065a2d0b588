import { describe, expect, test } from 'vitest';
import { printChoice } from '#base/choices.ts';
import { parseRules, presetRules, ruleDefinitions, ruleValues, withRule, type RuleName } from './rules.ts';

const names = Object.keys(ruleDefinitions) as RuleName[];

describe('rules', () => {
  test('the strict and standard presets have the documented values', () => {
    expect(presetRules('strict')).toEqual({
      userName: 'username',
      email: 'required',
      emailFormat: true,
      emailUnique: true,
      employeeNumberUnique: true,
      groupNameUnique: true,
      unknownAttributes: 'ignore',
      schemas: 'any',
      inactiveOnCreate: 'refuse',
      create: true,
      update: true,
      delete: true,
      deleteAction: 'delete',
      adopt: 'unmanaged',
      groups: true,
      manager: true,
      newUserState: 'ACTIVATED',
      activationMail: 'never',
      unknownMembers: 'refuse',
    });
    expect(presetRules('standard')).toEqual({
      ...presetRules('strict'),
      userName: 'any',
      email: 'optional',
      emailFormat: false,
      emailUnique: false,
      employeeNumberUnique: false,
      groupNameUnique: false,
      schemas: 'patch',
      inactiveOnCreate: 'suspend',
    });
  });

  test.for(names)(
    '%s accepts each of its values, keeps it when stored and read, and rejects any other value',
    (name) => {
      for (const value of ruleValues(name)) {
        const rules = withRule(presetRules('strict'), name, value);
        expect(printChoice(rules[name])).toBe(value);
        expect(parseRules(JSON.stringify(rules))).toEqual(rules);
      }
      expect(() => withRule(presetRules('strict'), name, 'nonsense')).toThrow(
        expect.objectContaining({ code: 'usage', attribute: name }),
      );
    },
  );

  test('a rule that is missing from the stored rules has the value of the strict preset', () => {
    expect(parseRules('{"userName":"any"}')).toEqual({ ...presetRules('strict'), userName: 'any' });
  });

  test('names of rules are case-insensitive, and unknown names are rejected', () => {
    expect(withRule(presetRules('strict'), 'DELETEACTION', 'suspend').deleteAction).toBe('suspend');
    expect(() => withRule(presetRules('strict'), 'color', 'blue')).toThrow(/The rules are userName/);
    expect(() => withRule(presetRules('strict'), 'constructor', 'blue')).toThrow(/no rule "constructor"/);
  });
});
