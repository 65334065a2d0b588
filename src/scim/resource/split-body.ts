import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { schemaUrn, type ResourceSchema } from '#scim/schema/resource-schema.ts';
import { describeKind, isUnassigned, requireSafeName } from './json-shape.ts';

/** One key of a body, with the URN of its extension in front. */
export interface BodyAttribute {
  /** As the client wrote it. */
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * The attributes of a body, or of a PATCH operation without a path, one by one: those of an extension's object become
 * `URN:name`, which is how Entra ID with its flag writes them anyway. An extension without a value is all its attributes
 * without a value. Throws forbiddenKey and invalidType.
 */
export function splitBody(schema: ResourceSchema, body: JsonObject): readonly BodyAttribute[] {
  return Object.entries(body).flatMap(([name, value]) => {
    requireSafeName(name);
    return isSchemaUrn(schema, name) ? splitSchemaObject(schema, name, value) : [{ name, value }];
  });
}

/** Whether a name is the URN of the core schema or of an extension, in any case (the guide writes `…:2.0:user`) and by former names. */
export function isSchemaUrn(schema: ResourceSchema, name: string): boolean {
  return schemaUrn(schema, name) !== undefined;
}

/** The attributes of a schema's object, by `URN:name`. */
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

/** The names of an extension's attributes that a client may change; none for the core schema, which is never cleared. */
export function schemaAttributeNames(schema: ResourceSchema, urn: string): readonly string[] {
  const definitions = schema.extensions.get(schemaUrn(schema, urn) ?? '')?.definition.attributes ?? [];
  return definitions.flatMap(({ name, mutability }) => (mutability === 'readOnly' ? [] : [name]));
}
