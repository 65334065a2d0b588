import { AppError, quote } from '#base/errors.ts';
import { subAttribute, type ResourceSchema } from '../schema/resource-schema.ts';
import { resolveAttributePath, splitAttributePath, type ResolvedAttribute } from './attribute-path.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';

/**
 * Resolves `sortBy` to an attribute (RFC 7644 §3.4.2.3). A complex attribute resolves to its sub-attribute `value`. `others`
 * are the other schemas that are searched at the same time. Returns undefined for an attribute that only these schemas have.
 * Throws `invalidSort`.
 *
 * @example
 * nameOf(resolveSort(compileResourceSchema('User'), 'emails')); // 'emails.value'
 */
export function resolveSort(
  schema: ResourceSchema,
  sortBy: string,
  others: readonly ResourceSchema[] = [],
): ResolvedAttribute | undefined {
  const path = splitAttributePath(sortBy, 0);
  const found = resolveAttributePath(schema, path);
  if (found === undefined) {
    if (others.some((other) => resolveAttributePath(other, path) !== undefined)) return undefined;
    throw invalidSort(sortBy, `is not an attribute of a ${schema.name}`);
  }
  if (isSecret(found.attribute) || (found.sub !== undefined && isSecret(found.sub)))
    throw invalidSort(sortBy, 'is never returned, and sorting by it would reveal its values');
  if (found.attribute.type !== 'complex' || found.sub !== undefined) return found;
  const sub = subAttribute(found.attribute, 'value');
  if (sub !== undefined) return { ...found, sub };
  const names = (found.attribute.subAttributes ?? []).map(({ name }) => `${found.attribute.name}.${name}`);
  throw invalidSort(sortBy, `is a complex attribute, which has no order: use one of ${names.join(', ')}`);
}

/** Creates the error for a `sortBy` parameter. In the message, `reason` continues the sentence that begins with the parameter's value. */
export function invalidSort(sortBy: string, reason: string): AppError {
  return new AppError('invalidSort', `sortBy ${quote(sortBy)} ${reason}.`, { attribute: 'sortBy', value: sortBy });
}
