import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { resolveAttributePath, splitAttributePath } from '../path/attribute-path.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';

/**
 * Returns the canonical names of the sent attributes that belong to an extension but were sent without its URN. The contract in the
 * integration guide has `costCenter` and `organization` at the top level, and a client that sends them there expects to receive them
 * there.
 *
 * @example
 * unqualifiedNames(schema, ['userName', 'COSTCENTER']); // ['costCenter']
 */
export function unqualifiedNames(schema: ResourceSchema, written: readonly string[]): readonly string[] {
  const names = written.flatMap((text) => {
    const path = splitAttributePath(text, 0);
    const found = path.urn === undefined ? resolveAttributePath(schema, path) : undefined;
    return found?.extension === undefined ? [] : [found.attribute.name];
  });
  return [...new Set(names)];
}

/** Returns the projected resource with copies of the named extension attributes at the top level. */
export function withUnqualified(schema: ResourceSchema, resource: JsonObject, names: readonly string[]): JsonObject {
  if (names.length === 0) return resource;
  const entries = names.flatMap((name): [string, JsonValue][] => {
    const extension = resolveAttributePath(schema, splitAttributePath(name, 0))?.extension;
    const owner = extension === undefined ? undefined : resource[extension];
    const value = isObject(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return { ...resource, ...Object.fromEntries(entries) };
}
