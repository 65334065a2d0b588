import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { AttributeDefinition, SchemaDefinition } from './attribute.ts';
import { enterpriseUserSchema, ENTERPRISE_USER_SCHEMA } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { representResourceType, representSchema } from './represent.ts';
import { compileResourceSchema } from './resource-schema.ts';
import { userSchema } from './user.ts';

/** The characteristics of each attribute that clients read (RFC 7643 §7). */
const characteristics = [
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
];

function requireSame(shown: JsonObject, definition: AttributeDefinition): void {
  expect(Object.keys(shown)).toEqual(expect.arrayContaining(characteristics));
  // These limits are internal, and not part of RFC 7643.
  for (const ours of ['maxLength', 'invisible']) expect(shown).not.toHaveProperty(ours);
  const { subAttributes: subs = [], ...simple } = shown;
  expect(definition).toMatchObject(simple);
  for (const optional of ['canonicalValues', 'referenceTypes'] as const)
    expect(simple[optional], optional).toEqual(definition[optional]);
  expect(Object.values(simple)).not.toContain(null);
  const subAttributes = subs as readonly JsonObject[];
  expect(subAttributes.map(({ name }) => name)).toEqual((definition.subAttributes ?? []).map(({ name }) => name));
  for (const [index, sub] of (definition.subAttributes ?? []).entries()) requireSame(subAttributes[index] ?? {}, sub);
}

describe('/Schemas (RFC 7643 §7)', () => {
  test.for<[name: string, definition: SchemaDefinition]>([
    ['User', userSchema],
    ['EnterpriseUser', enterpriseUserSchema],
    ['Group', groupSchema],
  ])('shows every characteristic of every attribute of %s', ([, definition]) => {
    const shown = representSchema(definition, '/scim/v2/Schemas/x');
    expect(shown).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      id: definition.id,
      name: definition.name,
      description: definition.description,
      meta: { resourceType: 'Schema', location: '/scim/v2/Schemas/x' },
    });
    const attributes = shown['attributes'] as readonly JsonObject[];
    expect(attributes).toHaveLength(definition.attributes.length);
    for (const [index, attribute] of definition.attributes.entries()) requireSame(attributes[index] ?? {}, attribute);
  });
});

describe('/ResourceTypes (RFC 7643 §6)', () => {
  test('lists the endpoint, the schema and the extensions', () => {
    expect(representResourceType(compileResourceSchema('User'), '/scim/v2/ResourceTypes/User')).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      id: 'User',
      name: 'User',
      description: userSchema.description,
      endpoint: '/Users',
      schema: userSchema.id,
      schemaExtensions: [{ schema: ENTERPRISE_USER_SCHEMA, required: false }],
      meta: { resourceType: 'ResourceType', location: '/scim/v2/ResourceTypes/User' },
    });
  });

  test('omits schemaExtensions for a resource type without extensions', () => {
    expect(representResourceType(compileResourceSchema('Group'), '/x')).not.toHaveProperty('schemaExtensions');
  });
});
