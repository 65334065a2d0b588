import { quote } from '#base/errors.ts';
import { defineReason, sameAdvice, inScim, type Advice, type ReasonDefinition } from './reason.ts';
import { ruleCommand } from './user-reasons.ts';

type Attribute = { readonly attribute: string };
type WrongType = Attribute & {
  /** The expected type, such as `a boolean`. */
  readonly wanted: string;
  /** The type that was sent, such as `a list`; `something else` for a secret. */
  readonly sent: string;
  readonly isListForOne: boolean;
};
type BadValue = Attribute & {
  /** Undefined for a secret. */
  readonly value: string | undefined;
  /** What is wrong with the value, such as `is not base64`. */
  readonly fault: string;
};
type TooLong = Attribute & { readonly length: number; readonly limit: number };
type TooMany = Attribute & { readonly count: number; readonly limit: number };

/** Returns advice about a value: SCIM clients get the text `scim`, and all others get the advice to send, write or enter `what`. */
function valueAdvice(scim: string, what: string): Advice {
  return sameAdvice(`Send ${what}.`, {
    scim,
    csv: `Correct the cell: ${what}.`,
    commandLine: `Give ${what}.`,
    portal: `Enter ${what}.`,
  });
}

/** The texts about attributes that the schemas do not have. */
const unknownNames: Omit<ReasonDefinition<UnknownNames>, 'code'> = {
  says: ({ names, count }: UnknownNames) =>
    `The directory does not support ${listed(names, count)}, and this integration rejects unsupported attributes.`,
  advice: ({ names, count, integration }: UnknownNames) =>
    inScim(
      `In Entra ID, delete the mapping of ${listed(names, count)}; or have unsupported attributes ignored: ${ruleCommand(integration, 'unknownAttributes', 'ignore')}.`,
    ),
  examples: [{ names: ['shoeSize'], count: 1, integration: 'Entra ID' }],
};

/** Reasons why the schemas refuse a value of a request (RFC 7643 §2). */
export const valueReasons = {
  valueOfWrongType: defineReason({
    code: 'invalidType',
    says: ({ attribute, wanted, sent, isListForOne }: WrongType, nameOf) =>
      `${nameOf(attribute)} must be ${wanted}, but ${sent} was sent${isListForOne ? ', and it can have one value only' : ''}.`,
    advice: ({ attribute, wanted }) =>
      valueAdvice(`In Entra ID, correct the mapping of ${attribute} so that it gives ${wanted}.`, wanted),
    examples: [{ attribute: 'active', wanted: 'a boolean', sent: 'an object', isListForOne: false }],
  }),
  schemaNotObject: defineReason({
    code: 'invalidType',
    says: ({ urn, sent }: { readonly urn: string; readonly sent: string }) =>
      `${urn} must be an object of attributes, but ${sent} was sent.`,
    advice: ({ urn }) => inScim(`In Entra ID, map to an attribute of the schema, such as ${urn}:department.`),
    examples: [{ urn: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', sent: 'a string' }],
  }),
  valueNotAllowed: defineReason({
    code: 'invalidValue',
    says: ({ attribute, value, fault }: BadValue, nameOf) =>
      `${nameOf(attribute)}${value === undefined ? '' : ` ${quote(value)}`} ${fault}.`,
    advice: ({ attribute }) =>
      valueAdvice(`Correct the value in the source, or the mapping of ${attribute} in Entra ID.`, 'a valid value'),
    examples: [
      { attribute: 'displayName', value: 'A\u200bnn', fault: 'has the character U+200B, which is invisible' },
      { attribute: 'password', value: undefined, fault: 'contains the character NUL' },
    ],
  }),
  valueTooLong: defineReason({
    code: 'valueTooLong',
    says: ({ attribute, length, limit }: TooLong, nameOf) =>
      `${nameOf(attribute)} has ${length} characters, but at most ${limit} are allowed.`,
    advice: ({ attribute, limit }) =>
      valueAdvice(
        `Shorten the value in the source; or in Entra ID, map the expression Left([${sourceOf(attribute)}], ${limit}) to ${attribute}.`,
        `a value of at most ${limit} characters`,
      ),
    examples: [
      { attribute: 'userName', length: 1_025, limit: 1_024 },
      { attribute: 'nickName', length: 1_025, limit: 1_024 },
    ],
  }),
  tooManyValues: defineReason({
    code: 'tooManyValues',
    says: ({ attribute, count, limit }: TooMany, nameOf) =>
      `${nameOf(attribute)} has ${count} values, but at most ${limit} are allowed.`,
    advice: ({ attribute, limit }) => valueAdvice(`Send fewer values of ${attribute}.`, `at most ${limit} values`),
    examples: [{ attribute: 'emails', count: 101, limit: 100 }],
  }),
  severalPrimary: defineReason({
    code: 'severalPrimary',
    says: ({ attribute, count }: Attribute & { readonly count: number }, nameOf) =>
      `${nameOf(attribute)} has ${count} values with primary true, but at most one may be primary.`,
    advice: () =>
      valueAdvice('In Entra ID, map the sub-attribute primary of only one type.', 'primary true for one value only'),
    examples: [{ attribute: 'emails', count: 2 }],
  }),
  attributeMissing: defineReason({
    code: 'required',
    says: ({ attribute }: Attribute, nameOf) => `${nameOf(attribute)} is required, but it is missing or empty.`,
    advice: ({ attribute }) => {
      const usual = usualSources[attribute];
      return sameAdvice('Send a value for it.', {
        scim: `In Entra ID, map an attribute that always has a value to ${attribute}${usual === undefined ? '' : ` (usually ${usual})`}, or give its mapping a default value.`,
        csv: 'Fill in the column.',
        commandLine: 'Give a value for it.',
        portal: 'Fill it in.',
      });
    },
    examples: [{ attribute: 'userName' }, { attribute: 'members.value' }],
  }),
  requiredRemoved: defineReason({
    code: 'required',
    says: ({ attribute, path, resource }: Attribute & { readonly path: string; readonly resource: string }) =>
      `${attribute} cannot be removed (path ${quote(path)}): every ${resource} must have one.`,
    advice: ({ attribute }) => inScim(`In Entra ID, map an attribute that always has a value to ${attribute}.`),
    examples: [{ attribute: 'userName', path: 'userName', resource: 'User' }],
  }),
  attributeReadOnly: defineReason({
    code: 'mutability',
    says: ({ attribute, operation }: Attribute & { readonly operation: string | undefined }) =>
      `${attribute} cannot be changed${operation === undefined ? '' : ` (${operation})`}: the directory sets it.`,
    advice: ({ attribute }) => inScim(`Delete the mapping of ${attribute} in Entra ID.`),
    examples: [
      { attribute: 'meta.created', operation: 'replace "meta.created"' },
      { attribute: 'meta.created', operation: undefined },
    ],
  }),
  attributesUnknown: defineReason({ code: 'unknownAttribute', ...unknownNames }),
  pathsUnknown: defineReason({ code: 'unknownPath', ...unknownNames }),
  pathInvalid: defineReason({
    code: 'invalidPath',
    says: ({ path, fault }: { readonly path: string; readonly fault: string }) =>
      `The path ${quote(path)} is not valid: ${fault}.`,
    advice: () => inScim('Correct the target attribute of the mapping in Entra ID.'),
    examples: [{ path: 'emails[', fault: 'the filter does not end' }],
  }),
  schemasInvalid: defineReason({
    code: 'schemasInvalid',
    says: ({ fault }: WrongSchemas) => `schemas ${fault} (RFC 7643 §3).`,
    advice: ({ wanted, integration }) =>
      inScim(`Send ["${wanted}"], or have schemas not checked: ${ruleCommand(integration, 'schemas', 'any')}.`),
    examples: [
      { fault: 'is missing', wanted: 'urn:ietf:params:scim:api:messages:2.0:PatchOp', integration: 'Entra ID' },
    ],
  }),
} as const;

type WrongSchemas = {
  /** What is wrong with the attribute, such as `is missing`. */
  readonly fault: string;
  /** The URN that the message must have. */
  readonly wanted: string;
  readonly integration?: string | undefined;
};

type UnknownNames = {
  readonly names: readonly string[];
  readonly count: number;
  readonly integration?: string | undefined;
};

function listed(names: readonly string[], count: number): string {
  return `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
}

/** The Entra ID attributes that are usually mapped to a required attribute. */
export const usualSources: Readonly<Partial<Record<string, string>>> = {
  userName: 'mailNickname or userPrincipalName',
  displayName: 'displayName',
};

/** The Entra ID attributes that are usually mapped to an attribute, for an expression that shortens the value. */
const sources: Readonly<Partial<Record<string, string>>> = {
  userName: 'mailNickname',
  displayName: 'displayName',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  title: 'jobTitle',
};

export function sourceOf(attribute: string): string {
  return (Object.hasOwn(sources, attribute) ? sources[attribute] : undefined) ?? 'attribute';
}
