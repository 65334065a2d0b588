import type { JsonObject } from '#base/json.ts';
import type { AttributeDefinition, SchemaDefinition } from './attribute.ts';
import type { ResourceSchema } from './resource-schema.ts';

/**
 * Returns a schema as /Schemas represents it (RFC 7643 §7). The result contains no nulls, since Entra ID's gallery check
 * rejects them. `uniquePaths` are attributes such as `emails.value` that a rule makes unique although their definition does
 * not.
 */
export function representSchema(
  definition: SchemaDefinition,
  location: string,
  uniquePaths: ReadonlySet<string> = new Set(),
): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: definition.id,
    name: definition.name,
    description: definition.description,
    attributes: definition.attributes.map((attribute) => representAttribute(attribute, attribute.name, uniquePaths)),
    meta: { resourceType: 'Schema', location },
  };
}

function representAttribute(
  definition: AttributeDefinition,
  path: string,
  uniquePaths: ReadonlySet<string>,
): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = definition;
  const { canonicalValues, referenceTypes, subAttributes } = definition;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(canonicalValues && { canonicalValues }),
    caseExact,
    mutability,
    returned,
    uniqueness: uniquePaths.has(path) ? 'server' : uniqueness,
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && {
      subAttributes: subAttributes.map((sub) => representAttribute(sub, `${path}.${sub.name}`, uniquePaths)),
    }),
  };
}

/** Returns a resource type as /ResourceTypes represents it (RFC 7643 §6). */
export function representResourceType(schema: ResourceSchema, location: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: schema.name,
    name: schema.name,
    description: schema.core.description,
    endpoint: schema.endpoint,
    schema: schema.core.id,
    ...(schema.extensions.size > 0 && {
      schemaExtensions: [...schema.extensions.values()].map(({ urn }) => ({ schema: urn, required: false })),
    }),
    meta: { resourceType: 'ResourceType', location },
  };
}
