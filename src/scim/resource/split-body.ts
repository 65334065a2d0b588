import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { schemaUrn, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { describeKind, isUnassigned, requireSafeName } from './json-shape.ts';

/** One attribute of a body, with the URN of its extension before its name. */
export interface BodyAttribute {
  /** The name as the client sent it. */
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * Splits a body, or the value of a PATCH operation without a path, into its attributes. Attributes inside an extension's object
 * get names of the form `URN:name`, which Entra ID with its flag itself sends. An extension without a value is replaced by all
 * its attributes, each without a value. Throws `forbiddenKey` and `invalidType`.
 */
export function splitBody(schema: ResourceSchema, body: JsonObject): readonly BodyAttribute[] {
  return Object.entries(body).flatMap(([name, value]) => {
    requireSafeName(name);
    return isSchemaUrn(schema, name) ? splitSchemaObject(schema, name, value) : [{ name, value }];
  });
}

/**
 * True if a name is a current or former URN of the core schema or of an extension, in any letter case: the integration guide
 * has `…:2.0:user`.
 */
export function isSchemaUrn(schema: ResourceSchema, name: string): boolean {
  return schemaUrn(schema, name) !== undefined;
}

/** Splits the object of a schema into its attributes, with names of the form `URN:name`. */
export function splitSchemaObject(schema: ResourceSchema, urn: string, value: JsonValue): readonly BodyAttribute[] {
  if (isObject(value)) {
    return Object.entries(value).map(([name, inner]) => {
      requireSafeName(name);
      return { name: `${urn}:${name}`, value: inner };
    });
  }
  if (!isUnassigned(value)) {
    throw refusal('schemaNotObject', { urn, sent: describeKind(value) }, { attribute: urn, value });
  }
  return schemaAttributeNames(schema, urn).map((name) => ({ name: `${urn}:${name}`, value: null }));
}

/** Returns the names of an extension's attributes that a client may change; none for the core schema, which cannot be cleared. */
export function schemaAttributeNames(schema: ResourceSchema, urn: string): readonly string[] {
  const definitions = schema.extensions.get(schemaUrn(schema, urn) ?? '')?.definition.attributes ?? [];
  return definitions.flatMap(({ name, mutability }) => (mutability === 'readOnly' ? [] : [name]));
}
