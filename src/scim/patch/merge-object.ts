import type { JsonObject } from '#base/json.ts';
import { withMember } from '#scim/resource/normalize.ts';

/**
 * Returns an object with some of its sub-attributes changed (RFC 7644 §3.5.2.1, §3.5.2.3). If `value` changes but `$ref` does
 * not, removes the `$ref`, which would still refer to the previous value.
 *
 * @example
 * mergeObject({ value: '1', $ref: 'Users/1' }, { value: '2' }); // { value: '2' }
 */
export function mergeObject(object: JsonObject, changes: JsonObject): JsonObject {
  const isNewValue =
    changes['value'] !== undefined && object['value'] !== undefined && changes['value'] !== object['value'];
  const kept = isNewValue ? withMember(object, '$ref', undefined) : object;
  return { ...kept, ...changes };
}
