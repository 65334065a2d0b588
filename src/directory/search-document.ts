import { fold } from '#base/fold.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { replaceSecrets, SECRET_MASK } from '#scim/resource/secret-values.ts';
import { isFolded, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttributesOf, type AttributeTable, type ResourceSchema } from '#scim/schema/resource-schema.ts';

/** A document with every string folded whose case does not matter: what filters on attributes without a column read. */
export function searchDocument(schema: ResourceSchema, document: JsonObject): JsonObject {
  // Whether a secret is there may be asked (`findUse`), and what it is may not.
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

/** Where the search document keeps what SCIM has no attribute for. */
export const PROPERTIES_KEY = 'directory';

/** Properties with their texts folded, those of objects and lists too. */
export function foldProperties(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, foldValue(value)]));
}

function foldValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return fold(value);
  if (Array.isArray(value)) return value.map(foldValue);
  return isObject(value) ? foldProperties(value) : value;
}
