import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { resolveAttributePath, splitAttributePath } from '../path/attribute-path.ts';
import type { ResourceSchema } from '../schema/resource-schema.ts';

/**
 * Which of these names, as a client wrote them, are attributes of an extension without its URN: the guide's contract has
 * `costCenter` and `organization` at the top. The client that writes them there looks for them there.
 */
export function unqualifiedNames(schema: ResourceSchema, written: readonly string[]): readonly string[] {
  const names = written.flatMap((text) => {
    const path = splitAttributePath(text, 0);
    const found = path.urn === undefined ? resolveAttributePath(schema, path) : undefined;
    return found?.extension === undefined ? [] : [found.attribute.name];
  });
  return [...new Set(names)];
}

/** The projected resource with these attributes of its extensions at the top too. */
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
