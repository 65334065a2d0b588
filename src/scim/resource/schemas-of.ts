import type { JsonObject } from '#base/json.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { withoutSecrets } from './secret-values.ts';

/**
 * Returns the attribute `schemas` of a document: the core URN, and the URNs of the extensions in which it has values (RFC 7643
 * §3). Ignores values that are never returned, since the URN would reveal that they exist.
 */
export function schemasOf(schema: ResourceSchema, document: JsonObject): string[] {
  const shown = withoutSecrets(schema, document);
  const present = [...schema.extensions.values()].filter(({ urn }) => Object.hasOwn(shown, urn));
  return [schema.core.id, ...present.map(({ urn }) => urn)];
}
