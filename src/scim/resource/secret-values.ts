import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttributesOf, type AttributeTable, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret, storesSecrets } from '#scim/schema/secret-attributes.ts';
import { diff, type FieldChange } from './diff.ts';
import { isList } from './json-shape.ts';

/** The text that events contain instead of a secret. */
export const SECRET_MASK = '********';

/** Marks a value as secret. A stored string cannot contain NUL (`normalizeScalar` rejects it), so the mark is unambiguous. */
const MARK = '\0';

/** Returns the replacement for one simple value of a secret attribute. */
export type ReplaceSecret = (value: string | number | boolean) => string;

/** Returns the document with each secret value replaced; the same object if the schema has no secrets. */
export function replaceSecrets(schema: ResourceSchema, document: JsonObject, replace: ReplaceSecret): JsonObject {
  if (!storesSecrets(schema)) return document;
  const entries = Object.entries(document).map(([name, value]): [string, JsonValue] => {
    const extension = schema.extensions.get(name.toLowerCase());
    if (extension !== undefined && isObject(value)) {
      return [name, replaceInObject(extension.attributes, value, replace)];
    }
    return [name, replaceInValue(schema.attributes.get(name.toLowerCase()), value, replace)];
  });
  return Object.fromEntries(entries);
}

function replaceInObject(table: AttributeTable, object: JsonObject, replace: ReplaceSecret): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      replaceInValue(table.get(name.toLowerCase()), value, replace),
    ]),
  );
}

function replaceInValue(
  definition: AttributeDefinition | undefined,
  value: JsonValue,
  replace: ReplaceSecret,
): JsonValue {
  if (definition === undefined) return value;
  if (isSecret(definition)) return replaceLeaves(value, replace);
  if (isList(value)) return value.map((element) => replaceInValue(definition, element, replace));
  return isObject(value) ? replaceInObject(subAttributesOf(definition), value, replace) : value;
}

/** Replaces all simple values inside a secret value, since sub-attributes of a secret attribute are secret too. */
function replaceLeaves(value: JsonValue, replace: ReplaceSecret): JsonValue {
  if (value === null) return null;
  if (isList(value)) return value.map((element) => replaceLeaves(element, replace));
  if (!isObject(value)) return replace(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaceLeaves(inner, replace)]));
}

/** Returns the document without its secrets, and without attributes that contain only secrets. */
export function withoutSecrets(schema: ResourceSchema, document: JsonObject): JsonObject {
  if (!storesSecrets(schema)) return document;
  const marked = replaceSecrets(schema, document, () => MARK);
  const pruned = prune(marked);
  return isObject(pruned) ? pruned : {};
}

/** Removes the marked secrets from a value. Returns undefined if the value contains nothing else. */
function prune(value: JsonValue): JsonValue | undefined {
  if (value === MARK) return undefined;
  if (isList(value)) {
    const kept = value.flatMap((element) => prune(element) ?? []);
    return kept.length === 0 && value.length > 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const left = prune(inner);
    return left === undefined ? [] : [[name, left] as const];
  });
  return kept.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(kept);
}

/** Splits the document into the extensions that can contain secrets, and the rest. */
export function splitSecretExtensions(schema: ResourceSchema, document: JsonObject) {
  const isSecretExtension = (name: string) =>
    [...(schema.extensions.get(name.toLowerCase())?.attributes.values() ?? [])].some(holdsSecret);
  const entries = Object.entries(document);
  return {
    secret: Object.fromEntries(entries.filter(([name]) => isSecretExtension(name))) as JsonObject,
    rest: Object.fromEntries(entries.filter(([name]) => !isSecretExtension(name))) as JsonObject,
  };
}

/** Returns the operations of a PATCH request with each secret value replaced; the same list if the schema has no secrets. */
export function replaceSecretOperands(
  schema: ResourceSchema,
  operations: readonly PatchOperation[],
  replace: ReplaceSecret,
): readonly PatchOperation[] {
  if (!storesSecrets(schema)) return operations;
  return operations.map((operation): PatchOperation => {
    const { attribute, sub } = operation.target;
    // The password is never stored in a document.
    if (attribute.name === 'password') return operation;
    const definition = isSecret(attribute) ? attribute : (sub ?? attribute);
    if (operation.op !== 'remove') {
      return { ...operation, value: replaceInValue(definition, operation.value, replace) };
    }
    if (operation.values === undefined || !isSecret(definition)) return operation;
    return { ...operation, values: operation.values.map((value) => replace(value)) };
  });
}

/**
 * Returns the changes between two documents for events. A changed secret is listed, but its values are masked.
 *
 * @example
 * diffWithoutSecrets(schema, { [urn]: { pin: '1' } }, { [urn]: { pin: '2' } });
 * // [{ field: `${urn}:pin`, from: '********', to: '********' }]
 */
export function diffWithoutSecrets(
  schema: ResourceSchema,
  before: JsonObject,
  after: JsonObject,
): readonly FieldChange[] {
  if (!storesSecrets(schema)) return diff(before, after);
  const marked = (document: JsonObject) =>
    replaceSecrets(schema, document, (value) => `${MARK}${JSON.stringify(value)}`);
  return diff(marked(before), marked(after)).map(({ field, from, to }) => ({
    field,
    from: maskMarked(from),
    to: maskMarked(to),
  }));
}

function maskMarked(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.startsWith(MARK) ? SECRET_MASK : value;
  if (isList(value)) return value.map(maskMarked);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskMarked(inner)]));
}
