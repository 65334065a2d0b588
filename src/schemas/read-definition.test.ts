import { describe, expect, test } from 'vitest';
import {
  SCHEMA_ATTRIBUTES_MAX,
  SCHEMA_NAME_LENGTH_MAX,
  SCHEMA_TEXT_LENGTH_MAX,
  SCHEMA_URN_LENGTH_MAX,
  SCHEMA_VALUES_MAX,
  SCHEMAS_MAX,
  SUB_ATTRIBUTES_MAX,
} from '#scim/limits.ts';
import { enterpriseUserSchema } from '#scim/schema/enterprise-user.ts';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { addSchema } from './custom-schemas.ts';
import { readSchemaDefinition } from './read-definition.ts';

const id = 'urn:contoso:scim:2.0:User';
const one = { name: 'one' };
const many = (count: number, make: (index: number) => object) =>
  Array.from({ length: count }, (_, index) => make(index));
const read = (schema: object) => readSchemaDefinition({ id, attributes: [one], ...schema });

describe('readSchemaDefinition', () => {
  test('applies the defaults of RFC 7643 §2.2', () => {
    expect(read({})).toEqual({
      resourceType: 'User',
      definition: {
        id,
        name: 'scim',
        description: '',
        attributes: [
          {
            name: 'one',
            type: 'string',
            multiValued: false,
            description: '',
            required: false,
            caseExact: false,
            mutability: 'readWrite',
            returned: 'default',
            uniqueness: 'none',
          },
        ],
      },
    });
    expect(read({ id: 'urn:contoso:Group' }).resourceType).toBe('Group');
    expect(read({ id: 'urn:contoso:Group', resourceType: 'User' }).resourceType).toBe('User');
  });

  test.for<[string, object, RegExp]>([
    ['an id that is not a URN', { id: 'contoso' }, /^id: must be a URN/],
    ['a slash in the URN', { id: 'urn:a:b/c' }, /^id: must be a URN/],
    ['the URN of a standard schema', { id: enterpriseUserSchema.id.toUpperCase() }, /^id: is .* a standard schema/],
    ['a URN of SCIM 1.0', { id: 'urn:scim:schemas:core:1.0' }, /a standard schema/],
    ['a schema without attributes', { attributes: [] }, /^attributes: must have an attribute/],
    ['a name with a space', { attributes: [{ name: 'a b' }] }, /^attributes\.0\.name: must be a letter/],
    ['the attribute name __proto__', { attributes: [{ name: '__proto__' }] }, /^attributes\.0\.name/],
    ['duplicate attribute names', { attributes: [one, { name: 'ONE' }] }, /^attributes: has "ONE" twice/],
    ['a readOnly attribute', { attributes: [{ ...one, mutability: 'readOnly' }] }, /would have no values/],
    [
      'a unique attribute',
      { attributes: [{ ...one, uniqueness: 'server' }] },
      /^attributes\.0\.uniqueness: must be "none"/,
    ],
    [
      'an attribute with the name of an inherited property',
      { attributes: [{ name: 'constructor' }] },
      /^attributes\.0\.name: is "constructor"/,
    ],
    [
      'a reference without referenceTypes',
      { attributes: [{ ...one, type: 'reference' }] },
      /^attributes\.0\.referenceTypes: are missing.*User, Group, external, uri/,
    ],
    [
      'a reference with empty referenceTypes',
      { attributes: [{ ...one, type: 'reference', referenceTypes: [] }] },
      /are missing/,
    ],
    [
      'a reference to an unknown type',
      { attributes: [{ ...one, type: 'reference', referenceTypes: ['User', 'Device'] }] },
      /^attributes\.0\.referenceTypes: contain "Device"/,
    ],
    [
      'reference types for a string attribute',
      { attributes: [{ ...one, referenceTypes: ['User'] }] },
      /^attributes\.0\.referenceTypes: are set for "one", but its type is string/,
    ],
    [
      'reference types for a sub-attribute that is a string',
      { attributes: [{ ...one, type: 'complex', subAttributes: [{ ...one, referenceTypes: ['User'] }] }] },
      /^attributes\.0\.subAttributes\.0\.referenceTypes/,
    ],
    [
      'canonical values of another type',
      { attributes: [{ ...one, type: 'integer', canonicalValues: ['1', 'two'] }] },
      /^attributes\.0\.canonicalValues: contain "two", which is not a value of the type integer/,
    ],
    [
      'canonical values for a complex attribute',
      { attributes: [{ ...one, type: 'complex', canonicalValues: ['x'], subAttributes: [one] }] },
      /^attributes\.0\.canonicalValues: are set for "one", which is complex/,
    ],
    [
      'a sub-attribute "primary" that is a string',
      { attributes: [{ ...one, type: 'complex', multiValued: true, subAttributes: [one, { name: 'primary' }] }] },
      /^attributes\.0\.subAttributes\.1\.type: is string, but "primary" of a multi-valued attribute is boolean/,
    ],
    [
      'a multi-valued sub-attribute "type"',
      {
        attributes: [
          { ...one, type: 'complex', multiValued: true, subAttributes: [{ name: 'type', multiValued: true }] },
        ],
      },
      /^attributes\.0\.subAttributes\.0\.multiValued: is true/,
    ],
    [
      'a writeOnly attribute that is returned',
      { attributes: [{ ...one, mutability: 'writeOnly' }] },
      /is never returned/,
    ],
    [
      'a complex attribute without sub-attributes',
      { attributes: [{ ...one, type: 'complex' }] },
      /subAttributes: are missing/,
    ],
    ['sub-attributes of a string', { attributes: [{ ...one, subAttributes: [one] }] }, /type to complex/],
    [
      'sub-attributes of a sub-attribute',
      { attributes: [{ ...one, type: 'complex', subAttributes: [{ ...one, type: 'complex' }] }] },
      /^attributes\.0\.subAttributes\.0\.type/,
    ],
    [
      'duplicate names of sub-attributes',
      { attributes: [{ ...one, type: 'complex', subAttributes: [one, one] }] },
      /^attributes\.0\.subAttributes: has "one" twice/,
    ],
  ])('rejects %s with a message that says why', ([, schema, message]) => {
    expect(() => read(schema)).toThrow(expect.objectContaining({ code: 'schemaInvalid' }));
    expect(() => read(schema)).toThrow(message);
  });

  test('accepts references and canonical values of any simple type', () => {
    const attributes = [
      { name: 'a', type: 'reference', referenceTypes: ['User', 'Group', 'external', 'uri'] },
      { name: 'b', type: 'integer', canonicalValues: ['1', '2'] },
      { name: 'c', type: 'boolean', canonicalValues: ['true'], referenceTypes: [] },
      { name: 'd', type: 'complex', subAttributes: [{ name: 'primary' }, { name: 'type', type: 'integer' }] },
    ];
    expect(read({ attributes }).definition.attributes).toHaveLength(attributes.length);
  });

  test.for<[string, number, (size: number) => object]>([
    ['attributes', SCHEMA_ATTRIBUTES_MAX, (size) => ({ attributes: many(size, (index) => ({ name: `a${index}` })) })],
    [
      'sub-attributes',
      SUB_ATTRIBUTES_MAX,
      (size) => ({
        attributes: [{ name: 'c', type: 'complex', subAttributes: many(size, (index) => ({ name: `a${index}` })) }],
      }),
    ],
    ['characters of the URN', SCHEMA_URN_LENGTH_MAX, (size) => ({ id: `urn:x:${'a'.repeat(size - 6)}` })],
    ['characters of a name', SCHEMA_NAME_LENGTH_MAX, (size) => ({ attributes: [{ name: 'a'.repeat(size) }] })],
    ['characters of a description', SCHEMA_TEXT_LENGTH_MAX, (size) => ({ description: 'a'.repeat(size) })],
    [
      'canonical values',
      SCHEMA_VALUES_MAX,
      (size) => ({ attributes: [{ ...one, canonicalValues: Array.from({ length: size }, String) }] }),
    ],
  ])('limits the number of %s', ([, limit, make]) => {
    expect(() => read(make(limit))).not.toThrow();
    expect(() => read(make(limit + 1))).toThrow(expect.objectContaining({ code: 'schemaInvalid' }));
  });
});

test('an organization can have at most SCHEMAS_MAX custom schemas', async () => {
  await using directory = await openTestDirectory();
  const { deps, caller } = directory;
  const add = (index: number) => addSchema(deps, caller.origin, read({ id: `urn:contoso:s${index}:User` }));
  for (let index = 0; index < SCHEMAS_MAX; index += 1) await add(index);
  await expect(add(SCHEMAS_MAX)).rejects.toMatchObject({ code: 'tooManySchemas' });
});

test.each([
  [{ id: 'badge' }, 'id：必须是 URN，例如 urn:contoso:scim:schemas:2.0:User'],
  [{ attributes: [{ ...one, type: 'complex' }] }, 'attributes.0.subAttributes：缺失："one" 的类型为 complex'],
  [{ attributes: [{ ...one, name: '1' }] }, 'attributes.0.name：必须以字母开头，后跟字母、数字、“-”和“_”'],
  [
    { attributes: [{ ...one, mutability: 'writeOnly' }] },
    'attributes.0.returned：为“default”，但从不返回 writeOnly 属性：请将“returned”改为“never”',
  ],
])('the fault of %o is said in Chinese', (schema, fault) => {
  const chinese = `${fault}。请使用 /Schemas 返回的格式（RFC 7643 §7）。`;
  expect(() => read(schema)).toThrow(expect.objectContaining({ code: 'schemaInvalid', chinese }));
});
