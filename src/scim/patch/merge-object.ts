import { AppError, quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { sameValue } from '#scim/resource/diff.ts';
import { withMember } from '#scim/resource/normalise.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';

/**
 * An object with some of its sub-attributes set (RFC 7644 §3.5.2.1, §3.5.2.3). A `$ref` goes when `value` changes without
 * it: it would still point at the one before. `name` is for messages. Throws mutability for an immutable sub-attribute
 * that has another value.
 */
export function mergeObject(
  definition: AttributeDefinition,
  name: string,
  object: JsonObject,
  changes: JsonObject,
): JsonObject {
  for (const sub of definition.subAttributes ?? []) {
    requireMutable(sub, `${name}.${sub.name}`, object[sub.name], changes[sub.name] ?? object[sub.name]);
  }
  const isOther =
    changes['value'] !== undefined && object['value'] !== undefined && changes['value'] !== object['value'];
  const kept = isOther ? withMember(object, '$ref', undefined) : object;
  return { ...kept, ...changes };
}

/** RFC 7643 §7: an immutable value is set once. */
export function requireMutable(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (definition.mutability !== 'immutable' || before === undefined || sameValue(before, after)) return;
  const change = after === undefined ? 'be removed' : `become ${quote(after)}`;
  throw new AppError(
    'mutability',
    `${name} is ${quote(before)} and cannot ${change}, since it is immutable. Remove the whole value, and add another one.`,
    { attribute: name, value: after },
  );
}
