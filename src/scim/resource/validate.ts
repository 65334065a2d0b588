import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { isList } from './json-shape.ts';

/** What Entra ID usually maps to a required attribute. */
const usualSources: Readonly<Record<string, string>> = {
  userName: 'mailNickname or userPrincipalName',
  displayName: 'displayName',
};

/**
 * Checks a whole document: required attributes have a value (RFC 7643 §2.2; those of an extension if it is used), and at
 * most one value of each multi-valued attribute is primary (§2.4). Throws required and severalPrimary.
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
    else if (definition.required && definition.mutability !== 'readOnly') throw missing(definition.name, name);
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
  throw new AppError(
    'severalPrimary',
    `${name} has ${primaries} values with primary true, but at most one may be primary. In Entra ID, map a value to the primary of one type only.`,
    { attribute: `${name}.primary` },
  );
}

function missing(ownName: string, name: string): AppError {
  const source = usualSources[ownName];
  const usual = source === undefined ? '' : ` (usually ${source})`;
  return new AppError(
    'required',
    `${name} is required, but it is missing or empty. In Entra ID, map an attribute that always has a value to ${name}${usual}, or give its mapping a default value.`,
    { attribute: name },
  );
}
