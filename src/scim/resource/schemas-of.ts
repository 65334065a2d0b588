import type { JsonObject } from '#base/json.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';

/** The attribute `schemas` of a document: the core URN and those of the extensions that it has (RFC 7643 §3). */
export function schemasOf(schema: ResourceSchema, document: JsonObject): string[] {
  const present = [...schema.extensions.values()].filter(({ urn }) => Object.hasOwn(document, urn));
  return [schema.core.id, ...present.map(({ urn }) => urn)];
}
