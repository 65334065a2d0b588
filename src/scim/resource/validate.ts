import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isList } from './json-shape.ts';

/**
 * Checks a whole document: required attributes must have a value (RFC 7643 §2.2), and at most one value of each multi-valued
 * attribute may be primary (§2.4). Required attributes of an extension are checked only if the document has the extension.
 * Throws `required` and `severalPrimary`.
 */
export function validateResource(schema: ResourceSchema, document: JsonObject): void {
  checkAttributes(schema.core.attributes, document, '');
  for (const { urn, definition } of schema.extensions.values()) {
    const extension = document[urn];
    if (isObject(extension)) checkAttributes(definition.attributes, extension, `${urn}:`);
  }
}

function checkAttributes(definitions: readonly AttributeDefinition[], values: JsonObject, prefix: string): void {
  for (const definition of definitions) {
    const value = Object.hasOwn(values, definition.name) ? values[definition.name] : undefined;
    const name = `${prefix}${definition.name}`;
    if (value !== undefined) checkValue(definition, value, name);
    else if (definition.required && definition.mutability !== 'readOnly') {
      throw refusal('attributeMissing', { attribute: name }, { attribute: name });
    }
  }
}

function checkValue(definition: AttributeDefinition, value: JsonValue, name: string): void {
  const elements = isList(value) ? value : [value];
  let primaries = 0;
  for (const element of elements) {
    if (!isObject(element)) continue;
    if (element['primary'] === true) primaries += 1;
    checkAttributes(definition.subAttributes ?? [], element, `${name}.`);
  }
  if (primaries <= 1 || !definition.multiValued) return;
  throw refusal('severalPrimary', { attribute: name, count: primaries }, { attribute: `${name}.primary` });
}
