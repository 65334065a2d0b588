import { AppError, quote } from '#base/errors.ts';
import { subAttribute, type ResourceSchema } from '../schema/resource-schema.ts';
import { resolveAttributePath, splitAttributePath, type ResolvedAttribute } from './attribute-path.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';

/**
 * The attribute that `sortBy` names (RFC 7644 §3.4.2.3), with the sub-attribute `value` where a complex one is named as a
 * whole; undefined for an attribute that only one of the `others` has, the schemas that are searched at the same time.
 * Throws invalidSort.
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
    throw invalidSort(sortBy, `is no attribute of a ${schema.name}`);
  }
  if (isSecret(found.attribute) || (found.sub !== undefined && isSecret(found.sub)))
    throw invalidSort(sortBy, 'is never shown, and its order would tell it');
  if (found.attribute.type !== 'complex' || found.sub !== undefined) return found;
  const sub = subAttribute(found.attribute, 'value');
  if (sub !== undefined) return { ...found, sub };
  const names = (found.attribute.subAttributes ?? []).map(({ name }) => `${found.attribute.name}.${name}`);
  throw invalidSort(sortBy, `has no order as a whole: name one of ${names.join(', ')}`);
}

export function invalidSort(sortBy: string, reason: string): AppError {
  return new AppError('invalidSort', `sortBy ${quote(sortBy)} ${reason}.`, { attribute: 'sortBy', value: sortBy });
}
