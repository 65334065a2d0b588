import { fold } from '#base/fold.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { replaceSecrets, SECRET_MASK } from '#scim/resource/secret-values.ts';
import { isFolded, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttributesOf, type AttributeTable, type ResourceSchema } from '#scim/schema/resource-schema.ts';

/**
 * Returns the document from which filters read the attributes that have no column. All case-insensitive strings are folded, and
 * secrets are masked.
 */
export function searchDocument(schema: ResourceSchema, document: JsonObject): JsonObject {
  // A filter may test whether a secret has a value, as `findUse` does, but must not reveal the value.
  const masked = replaceSecrets(schema, document, () => SECRET_MASK);
  const entries = Object.entries(masked).map(([name, value]) => {
    const extension = schema.extensions.get(name.toLowerCase());
    if (extension !== undefined && isObject(value)) return [name, foldObject(extension.attributes, value)] as const;
    return [name, foldAttribute(schema.attributes.get(name.toLowerCase()), value)] as const;
  });
  return Object.fromEntries(entries);
}

function foldObject(attributes: AttributeTable, value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, foldAttribute(attributes.get(name.toLowerCase()), inner)]),
  );
}

function foldAttribute(definition: AttributeDefinition | undefined, value: JsonValue): JsonValue {
  if (definition === undefined) return value;
  if (Array.isArray(value)) return value.map((element: JsonValue) => foldAttribute(definition, element));
  if (isObject(value)) return foldObject(subAttributesOf(definition), value);
  return typeof value === 'string' && isFolded(definition) ? fold(value) : value;
}

/** The key of the search document that contains the properties without a SCIM attribute. */
export const PROPERTIES_KEY = 'directory';

/** Folds all strings of properties, including those in nested objects and lists. */
export function foldProperties(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, foldValue(value)]));
}

function foldValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return fold(value);
  if (Array.isArray(value)) return value.map(foldValue);
  return isObject(value) ? foldProperties(value) : value;
}
