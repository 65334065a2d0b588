import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttributesOf, type AttributeTable, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret, storesSecrets } from '#scim/schema/secret-attributes.ts';
import { diff, type FieldChange } from './diff.ts';
import { isList } from './json-shape.ts';

/** What events show in place of a secret. */
export const SECRET_MASK = '********';

/** No text that a client sends can begin with NUL (`normalizeScalar` refuses it), so the mark is unambiguous. */
const MARK = '\0';

/** Replaces one simple value of a secret attribute. */
export type ReplaceSecret = (value: string | number | boolean) => string;

/** The document with each secret value replaced; the same object where the schema has no secrets. */
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

/** Everything below a secret attribute is secret. */
function replaceLeaves(value: JsonValue, replace: ReplaceSecret): JsonValue {
  if (value === null) return null;
  if (isList(value)) return value.map((element) => replaceLeaves(element, replace));
  if (!isObject(value)) return replace(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaceLeaves(inner, replace)]));
}

/** The document without its secrets, and without the attributes that have nothing else. */
export function withoutSecrets(schema: ResourceSchema, document: JsonObject): JsonObject {
  if (!storesSecrets(schema)) return document;
  const marked = replaceSecrets(schema, document, () => MARK);
  const pruned = prune(marked);
  return isObject(pruned) ? pruned : {};
}

/** undefined for what has nothing but marks in it. */
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

/** The extensions that can have secrets, and the rest of the document. */
export function splitSecretExtensions(schema: ResourceSchema, document: JsonObject) {
  const isSecretExtension = (name: string) =>
    [...(schema.extensions.get(name.toLowerCase())?.attributes.values() ?? [])].some(holdsSecret);
  const entries = Object.entries(document);
  return {
    secret: Object.fromEntries(entries.filter(([name]) => isSecretExtension(name))) as JsonObject,
    rest: Object.fromEntries(entries.filter(([name]) => !isSecretExtension(name))) as JsonObject,
  };
}

/** The operations of a PATCH request with each secret value replaced. */
export function replaceSecretOperands(
  schema: ResourceSchema,
  operations: readonly PatchOperation[],
  replace: ReplaceSecret,
): readonly PatchOperation[] {
  if (!storesSecrets(schema)) return operations;
  return operations.map((operation): PatchOperation => {
    const { attribute, sub } = operation.target;
    // The password never gets into a document.
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
 * What changed between two documents, as events show it: that a secret changed, and never its value.
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
