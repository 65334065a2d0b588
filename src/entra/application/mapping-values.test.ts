import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guideSchema } from './guide-schema.ts';
import { compileSchema } from './compile-schema.ts';
import type { MappingContext, SourceValues } from './object-mapping.ts';
import { checkSchema } from './read-schema.ts';
import { setMapping, setTargetAttribute, type MappingChange } from './schema-edits.ts';
import type { AttributeType } from './synchronization-schema.ts';
import { toDefinition } from './attribute-row.ts';
import { defaultValueOf } from './target-value.ts';

const CUSTOM = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:value';
const now = new Date(Date.UTC(2026, 0, 5, 9, 30));

/** Maps `source` to a target attribute of the given type, and evaluates the mapping for a user with the given values. */
function evaluate(
  source: MappingChange['source'],
  values: Record<string, unknown>,
  options: { type?: AttributeType; target?: string; changed?: readonly string[] } = {},
) {
  const { type = 'String', target = CUSTOM, changed } = options;
  const listed = setTargetAttribute(guideSchema, 'User', toDefinition(type === 'String' ? [CUSTOM] : [CUSTOM, type]));
  const schema = setMapping(listed, 'User', target, { source });
  checkSchema(schema);
  const mapping = compileSchema(schema)[0]?.attributes.find((one) => one.target === target);
  const context: MappingContext = { now, changed: changed && new Set(changed), defaultDomain: 'contoso.example' };
  return mapping?.evaluate(new Map(Object.entries(values)) as SourceValues, context);
}

const value = (of: unknown, redacted = false) => ({ kind: 'value', value: of, redacted });
const none = { kind: 'none' };

describe('a mapping', () => {
  test('writes the value of an attribute or a constant, and never an empty value', () => {
    expect(evaluate({ attribute: 'city' }, { city: 'Umeå' })).toEqual(value('Umeå'));
    expect(evaluate({ constant: 'Say "hi" \\' }, {})).toEqual(value('Say "hi" \\'));
    expect(evaluate(null, { city: 'Umeå' })).toEqual(none);
    for (const empty of [null, '', []]) expect(evaluate({ attribute: 'city' }, { city: empty })).toEqual(none);
    expect(evaluate({ attribute: 'city' }, {})).toEqual(none);
  });

  test('writes only the first non-empty value to a single-valued target, unless an expression joins the values', () => {
    const proxyAddresses = ['', 'SMTP:a@b.example', 'smtp:c@d.example'];
    expect(evaluate({ attribute: 'proxyAddresses' }, { proxyAddresses })).toEqual(value('SMTP:a@b.example'));
    expect(evaluate({ expression: 'Join(",", [proxyAddresses])' }, { proxyAddresses: ['a', 'b'] })).toEqual(
      value('a,b'),
    );
  });

  test('converts values to the type of the target, and refuses those that it cannot convert', () => {
    const own = (type: AttributeType, text: string) => evaluate({ attribute: 'city' }, { city: text }, { type });
    expect(own('Boolean', 'True')).toEqual(value(true));
    expect(own('Boolean', 'FALSE')).toEqual(value(false));
    expect(() => own('Boolean', 'yes')).toThrow(
      /yields "yes", but the attribute is of the type Boolean: it must be "True"/,
    );
    expect(own('Integer', '0042')).toEqual(value(42));
    expect(own('Integer', '-9007199254740991')).toEqual(value(-9007199254740991));
    expect(() => own('Integer', '9007199254740992')).toThrow(/whole number up to 9007199254740991/);
    expect(() => own('Integer', '1.5')).toThrow(/whole number/);
    expect(own('DateTime', '2026-01-05T00:00:00Z')).toEqual(value('2026-01-05T00:00:00Z'));
    const date = { expression: 'CDate([city])' };
    expect(evaluate(date, { city: '2020-03-16 07:00' }, { type: 'DateTime' })).toEqual(value('2020-03-16T07:00:00Z'));
    expect(evaluate(date, { city: '2020-03-16 07:00' })).toEqual(value('3/16/2020 7:00:00 AM'));
    expect(evaluate({ attribute: 'accountEnabled' }, { accountEnabled: false })).toEqual(value('False'));
  });

  test('converts its default value to the type of the target', () => {
    const mapping = { target: 'x', type: 'Boolean', multivalued: false, defaultValue: 'True' } as const;
    expect(defaultValueOf(mapping)).toBe(true);
    expect(defaultValueOf({ ...mapping, type: 'String', multivalued: true })).toEqual(['True']);
    for (const defaultValue of [null, '']) expect(defaultValueOf({ ...mapping, defaultValue })).toBeUndefined();
  });

  test('evaluates expressions that read the clock or the domain, skip the attribute, redact the value or fail', () => {
    expect(evaluate({ expression: 'Now()' }, {}, { type: 'DateTime' })).toEqual(value('2026-01-05T09:30:00Z'));
    expect(evaluate({ expression: 'DefaultDomain()' }, {})).toEqual(value('contoso.example'));
    expect(evaluate({ expression: 'IgnoreFlowIfNullOrEmpty([city])' }, { city: '' })).toEqual(none);
    expect(evaluate({ expression: 'Redact([city])' }, { city: 'x' })).toEqual(value('x', true));
    expect(() => evaluate({ expression: 'Left([city], [state])' }, { city: 'x', state: 'y' })).toThrow(
      /cannot be evaluated at line 1/,
    );
  });

  test('maps roles to complex values or a single value, and removes roles only with the Assertive… function (§1.6)', () => {
    const roles = { appRoleAssignments: ['Admin', 'User'] };
    const elements = ['Admin', 'User'].map((role) => ({
      primary: false,
      type: 'WindowsAzureActiveDirectoryRole',
      display: role,
      value: role,
    }));
    const complex = (name: string) =>
      evaluate({ expression: `${name}([appRoleAssignments])` }, roles, { target: 'roles' });
    expect(complex('AppRoleAssignmentsComplex')).toEqual(value(elements));
    expect(complex('AssertiveAppRoleAssignmentsComplex')).toEqual(value(elements));
    const single = { expression: 'SingleAppRoleAssignment([appRoleAssignments])' };
    const target = 'roles[primary eq "True"].value';
    expect(evaluate(single, roles, { target })).toEqual(value('Admin'));
    expect(evaluate(single, { appRoleAssignments: [] }, { target })).toEqual(none);
    const flowTypeOf = (name: string) => {
      const schema = setMapping(guideSchema, 'User', 'roles', {
        source: { expression: `${name}([appRoleAssignments])` },
      });
      return compileSchema(schema)[0]?.attributes.find((one) => one.target === 'roles')?.flowType;
    };
    expect(flowTypeOf('AppRoleAssignmentsComplex')).toBe('MultiValueAddOnly');
    expect(flowTypeOf('AssertiveAppRoleAssignmentsComplex')).toBe('Always');
  });

  test('with the Switch() fault, clears a string attribute if the attribute that Switch reads did not change (§4.3)', () => {
    const source = { expression: 'Switch([companyName], "other", "Contoso", "C")' };
    const values = { companyName: 'Contoso' };
    expect(evaluate(source, values)).toEqual(value('C'));
    expect(evaluate(source, values, { changed: ['companyName', 'city'] })).toEqual(value('C'));
    expect(evaluate(source, values, { changed: ['city'] })).toEqual(value(''));
    const guarded = { expression: 'Append("x", Switch([companyName], "other", "Contoso", "C"))' };
    expect(evaluate(guarded, values, { changed: ['city'] })).toEqual(value('x'));
    const nested = { expression: 'IIF([companyName]="Contoso", "C", "other")' };
    expect(evaluate(nested, values, { changed: ['city'] })).toEqual(value('C'));
    const active = { expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")' };
    expect(evaluate(active, { IsSoftDeleted: false }, { target: 'active', changed: ['city'] })).toEqual(none);
  });

  test('writes a constant unchanged, whatever characters it contains', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50 }), (text) => {
        expect(evaluate({ constant: text }, {})).toEqual(value(text));
      }),
      { numRuns: 25 },
    );
  });
});
