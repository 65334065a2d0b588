import type { JsonObject } from '#base/json.ts';
import { withMember } from '#scim/resource/normalize.ts';

/**
 * An object with some of its sub-attributes set (RFC 7644 §3.5.2.1, §3.5.2.3). A `$ref` is removed when `value` changes
 * without it: it would still point at the previous value.
 */
export function mergeObject(object: JsonObject, changes: JsonObject): JsonObject {
  const isOther =
    changes['value'] !== undefined && object['value'] !== undefined && changes['value'] !== object['value'];
  const kept = isOther ? withMember(object, '$ref', undefined) : object;
  return { ...kept, ...changes };
}
