import fc from 'fast-check';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'True', 'work', 'home', '{"value":"x"}'), fc.string());

const sub = fc.constantFrom(
  'value',
  'VALUE',
  'type',
  'display',
  'displayName',
  'givenName',
  '$ref',
  'formatted',
  'other',
);
const subObject = fc.dictionary(sub, fc.oneof(text, fc.boolean(), fc.constant(null)), { noNullPrototype: true });
const primaryObject = fc.record({ value: text, type: text, primary: fc.boolean() }, { noNullPrototype: true });

const complexValue: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  subObject,
  fc.array(fc.oneof(subObject, primaryObject, text), { maxLength: 4 }),
  fc.constant(null),
);
const stringValue: fc.Arbitrary<JsonValue> = fc.oneof(text, fc.integer(), fc.constant(null));

const urn = fc.constantFrom(ENTERPRISE_USER_SCHEMA, ENTERPRISE_USER_SCHEMA.toLowerCase());

/**
 * User bodies whose values have accepted types, in all the shapes that clients send, so that they can often be normalized without
 * errors.
 */
export const likelyBody: fc.Arbitrary<JsonObject> = fc.record(
  {
    id: text,
    schemas: fc.array(text),
    userName: stringValue,
    DISPLAYNAME: stringValue,
    active: fc.constantFrom<JsonValue>(true, false, 'True', 'false', null),
    name: fc.oneof(subObject, fc.constant(null)),
    'name.familyName': stringValue,
    emails: complexValue,
    'emails.type': stringValue,
    roles: complexValue,
    manager: fc.oneof(text, subObject, fc.constant(null)),
    [`${ENTERPRISE_USER_SCHEMA}:department`]: stringValue,
    unheardOf: complexValue,
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Like `likelyBody`, but without values that may be rejected, such as lone surrogates. */
export const acceptedBody: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      userName: fc.constantFrom('a', 'b', ''),
      active: fc.constantFrom<JsonValue>(true, 'False'),
      name: fc.record(
        { givenName: fc.constantFrom('a', 'b', null), familyName: fc.constantFrom('c', '') },
        { requiredKeys: [], noNullPrototype: true },
      ),
      emails: fc.array(
        fc.record(
          {
            value: fc.constantFrom('a', 'b', 'c'),
            type: fc.constantFrom('work', 'home'),
            primary: fc.constantFrom('True', false),
          },
          { requiredKeys: ['value'], noNullPrototype: true },
        ),
        { maxLength: 4 },
      ),
      roles: fc.array(fc.constantFrom('x', 'y', 'Y')),
      manager: fc.constantFrom<JsonValue>('1', { value: '' }, { value: '2', $ref: 'u/2' }),
      'name.formatted': fc.constantFrom('a c', null),
      department: fc.constantFrom('IT', ''),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .chain((body) => urn.map((name) => ({ ...body, [name]: { costCenter: '1' } })));

/** Any JSON value; its keys include names that SCIM or JavaScript treats specially. */
export const anyJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue; key: string }>((tie) => ({
  key: fc.oneof(
    fc.constantFrom('userName', 'name', 'emails', 'members', 'manager', 'value', 'op', 'path', 'Operations', 'active'),
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'name.__proto__', ENTERPRISE_USER_SCHEMA),
    fc.string(),
  ),
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(tie('key'), tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
