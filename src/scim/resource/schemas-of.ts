import type { JsonObject } from '#base/json.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { withoutSecrets } from './secret-values.ts';

/**
 * The attribute `schemas` of a document: the core URN and those of the extensions that it has values of (RFC 7643 §3). A
 * value that is never returned does not count: the URN would reveal that the resource has one.
 */
export function schemasOf(schema: ResourceSchema, document: JsonObject): string[] {
  const shown = withoutSecrets(schema, document);
  const present = [...schema.extensions.values()].filter(({ urn }) => Object.hasOwn(shown, urn));
  return [schema.core.id, ...present.map(({ urn }) => urn)];
}
