import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../../tests/support/error-of.ts';
import type { JsonObject } from '#base/json.ts';
import { compileMembershipRule } from './evaluate-membership-rule.ts';
import { printRule, ruleOperators, type MembershipRule } from './membership-rule.ts';
import { parseMembershipRule, RULE_DEPTH_MAX } from './parse-membership-rule.ts';
import { RULE_LENGTH_MAX } from './source-attributes.ts';
import { someUser } from './source.fixture.ts';

const tenant = { id: 't', organizationId: 'o', name: 'x', domain: 'x', changeNumber: 0, createdAt: new Date(0) };
const kim = someUser(tenant, {
  userPrincipalName: 'kim@contoso.example',
  department: 'Sales',
  city: 'Göteborg',
  proxyAddresses: ['SMTP:kim@contoso.example', 'smtp:sales@contoso.example'],
  jobTitle: 'Say "hi"',
});
const holds = (rule: string, values: JsonObject = {}) =>
  compileMembershipRule(rule)({ ...kim, attributes: { ...kim.attributes, ...values } });

describe('a membership rule', () => {
  test.for<[string, boolean]>([
    ['user.department -eq "sales"', true],
    ['user.department -ne "Sales"', false],
    ['(user.department -eq "Marketing") -or (user.department -eq "Sales")', true],
    ['user.department eq "Sales" and user.city EQ "göteborg"', true],
    ['user.city -startsWith "gö"', true],
    ['user.city -notStartsWith "gö"', false],
    ['user.city -endsWith "BORG"', true],
    ['user.city -contains "teb"', true],
    ['user.city -notContains "teb"', false],
    ['user.city -match "^g.*g$"', true],
    ['user.city -match "ebo"', true],
    ['user.city -notMatch "ebo"', false],
    ['user.department -in ["Marketing", "SALES"]', true],
    ['user.department -notIn ["Marketing", "SALES"]', false],
    ['user.state -eq null', true],
    ['user.state -ne $null', false],
    ['user.state -ne "Halland"', true],
    ['user.state -notContains "a"', true],
    ['user.state -contains "a"', false],
    ['user.state -in ["x", null]', true],
    ['user.accountEnabled -eq true', true],
    ['user.accountEnabled -ne True', false],
    ['user.accountEnabled -eq "false"', false],
    ['user.objectId -ne null', true],
    ['user.dirSyncEnabled -eq null', true],
    ['user.jobTitle -eq "say `"HI`""', true],
    ['-not (user.department -eq "Sales")', false],
    ['-not user.department -eq "x" -and user.city -ne null', true],
    ['user.department -eq "x" -and user.city -eq "y" -or user.city -ne null', true],
    ['user.proxyAddresses -any (_ -startsWith "smtp:sales")', true],
    ['user.proxyAddresses -all (_ -contains "@contoso")', true],
    ['user.proxyAddresses -all (_ -contains "sales")', false],
    ['user.otherMails -all (_ -contains "x")', false],
    ['user.proxyAddresses -ne null', true],
    ['user.officeLocation -eq null', true],
    ['user.extensionAttribute15 –eq null', true],
  ])('%s evaluates to %s, and still does after it is printed and parsed', ([rule, expected]) => {
    expect(holds(rule)).toBe(expected);
    expect(holds(printRule(parseMembershipRule(rule)))).toBe(expected);
  });

  test('is false for a deleted user', () => {
    expect(compileMembershipRule('user.objectId -ne null')({ ...kim, deletedAt: new Date(0) })).toBe(false);
  });

  test('is false if matching its pattern takes too many steps', () => {
    expect(holds('user.city -match "^(a+)+$"', { city: `${'a'.repeat(100)}!` })).toBe(false);
  });

  test.for<[string, number, string]>([
    ['user.departmant -eq "x"', 0, 'Did you mean user.department?'],
    ['department -eq "x"', 0, 'a property such as user.department'],
    ['user.department -is "x"', 16, '-notStartsWith'],
    ['user.department -eq x', 20, 'a string in double quotes'],
    ['user.department -eq "x', 20, 'no closing quotation mark'],
    ['user.department -eq “x”', 20, 'straight double quotes'],
    ["user.department -eq 'x'", 20, 'double quotes'],
    ['user.department -eq', 19, 'the end of the rule'],
    ['(user.department -eq "x"', 24, 'for the ( at position 0'],
    ['user.department -eq "x")', 23, '-and, -or or the end'],
    ['user.department -eq "x" user.city -eq "y"', 24, '-and, -or or the end'],
    ['user.department -in "x"', 20, 'a list'],
    ['user.department -in ["x" "y"]', 25, '] was expected'],
    ['user.accountEnabled -contains true', 30, 'with -eq or -ne'],
    ['user.accountEnabled -eq "yes"', 24, 'true or false'],
    ['user.department -contains null', 26, 'with -eq, -ne, -in and -notIn'],
    ['user.userPrincipalName -match "*@x"', 30, 'not a regular expression'],
    ['user.proxyAddresses -contains "x"', 20, '-any'],
    ['user.proxyAddresses -eq "x"', 24, '-any'],
    ['user.department -any (_ -eq "x")', 16, 'has only one value'],
    ['user.otherMails -any (user.city -eq "x")', 22, 'written as "_"'],
    ['user.manager -eq "x"', 0, 'no property'],
    ['user.IsSoftDeleted -eq true', 0, 'no property'],
    ['user.department -eq "x" & true', 24, 'is not allowed'],
    ['', 0, 'the end of the rule'],
  ])('%s is refused with an error at position %i', ([rule, position, reason]) => {
    const error = errorOf(() => parseMembershipRule(rule));
    expect(error.message).toContain(reason);
    expect(error).toMatchObject({ code: 'invalidValue', position, attribute: 'membershipRule' });
    expect(error.message).toContain(`position ${position}`);
  });

  test('is refused if it is longer or nested deeper than the limits', () => {
    const long = (length: number) => `user.city -eq "${'x'.repeat(length - 'user.city -eq ""'.length)}"`;
    expect(parseMembershipRule(long(RULE_LENGTH_MAX)).kind).toBe('comparison');
    expect(errorOf(() => parseMembershipRule(long(RULE_LENGTH_MAX + 1))).code).toBe('valueTooLong');
    const deep = (depth: number) => `${'('.repeat(depth)}user.city -eq "x"${')'.repeat(depth)}`;
    expect(parseMembershipRule(deep(RULE_DEPTH_MAX)).kind).toBe('comparison');
    expect(errorOf(() => parseMembershipRule(deep(RULE_DEPTH_MAX + 1))).message).toContain('nested deeper');
  });

  test('is the same after it is printed and parsed', () => {
    fc.assert(
      fc.property(someRule(), (rule) => {
        expect(parseMembershipRule(printRule(rule))).toEqual(rule);
      }),
    );
  });

  test('that cannot be parsed causes an error with a position in the text, whatever the text is', () => {
    const pieces = [
      'user.city',
      '-eq',
      '"x"',
      '(',
      ')',
      '-and',
      '-not',
      '-in',
      '[',
      ']',
      ',',
      'null',
      '_',
      '-any',
      '"',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 12 }), (words) => {
        const rule = words.join(' ');
        try {
          parseMembershipRule(rule);
        } catch {
          expect(errorOf(() => parseMembershipRule(rule)).position).toBeLessThanOrEqual(rule.length);
        }
      }),
    );
  });
});

function someRule(): fc.Arbitrary<MembershipRule> {
  const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('a"b', '`', 'Å', '\n'));
  const comparison = (attribute: fc.Arbitrary<string | null>): fc.Arbitrary<MembershipRule> =>
    fc
      .tuple(attribute, fc.constantFrom(...ruleOperators), fc.boolean(), fc.array(text, { minLength: 1 }))
      .map(([attribute, operator, negated, texts]): MembershipRule => ({
        kind: 'comparison',
        attribute,
        operator,
        negated,
        values: operator === 'in' ? texts : operator === 'match' ? ['^a.*$'] : texts.slice(0, 1),
      }));
  const flag = fc.tuple(fc.boolean(), fc.option(fc.boolean())).map(([negated, value]): MembershipRule => ({
    kind: 'comparison',
    attribute: 'accountEnabled',
    operator: 'eq',
    negated,
    values: [value],
  }));
  const quantified = fc
    .tuple(fc.constantFrom('any', 'all'), comparison(fc.constant(null)))
    .map(([kind, condition]): MembershipRule => ({ kind, attribute: 'otherMails', condition }));
  return fc.letrec<{ rule: MembershipRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(comparison(fc.constantFrom('city', 'extensionAttribute3', 'objectId')), flag, quantified),
      fc
        .tuple(fc.constantFrom('and', 'or'), tie('rule'), tie('rule'))
        .map(([kind, left, right]): MembershipRule => ({ kind, left, right })),
      tie('rule').map((rule): MembershipRule => ({ kind: 'not', rule })),
    ),
  })).rule;
}
