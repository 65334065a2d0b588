import type { AttributeDefinition } from './attribute.ts';
import { compileResourceSchema, type ResourceSchema } from './resource-schema.ts';

/** The URN of the custom extension schema in tests. */
export const OWN = 'urn:example:own:2.0:User';

/** Returns a User schema that has the standard attributes and, in the custom extension `OWN`, the given attributes. */
export function userWithCustomAttributes(...attributes: readonly AttributeDefinition[]): ResourceSchema {
  return compileResourceSchema('User', [{ id: OWN, name: 'Own', description: '', attributes }]);
}
