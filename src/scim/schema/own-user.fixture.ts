import type { AttributeDefinition } from './attribute.ts';
import { compileResourceSchema, type ResourceSchema } from './resource-schema.ts';

/** The URN of the extension that an organization of the tests has defined. */
export const OWN = 'urn:example:own:2.0:User';

/** Users with the standard attributes, and an extension of the organization's with these. */
export function userWithOwn(...attributes: readonly AttributeDefinition[]): ResourceSchema {
  return compileResourceSchema('User', [{ id: OWN, name: 'Own', description: '', attributes }]);
}
