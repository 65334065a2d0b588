import type { z } from 'zod';
import { assert } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** The key in the metadata of a schema that holds the descriptions of its fields. */
const FIELD_TEXTS = 'x-field-texts';

/** The description, in a request, of a field that only responses have. */
export const READ_ONLY_TEXT = 'Read-only. Accepted but ignored, so that a client can send back what it received.';

/** Descriptions of fields, by name, or by path for fields of nested objects and lists, such as `mfa.exclusion`. */
export type FieldTexts = Readonly<Record<string, string>>;

type TextsOf<Schema extends z.ZodType> = Readonly<
  Partial<Record<keyof z.input<Schema> & string, string>> & Record<`${string}.${string}`, string>
>;

/**
 * Returns the schema with a description for each named field. Each call makes one copy of the schema, regardless of the number of fields.
 * Several schemas can share one set of texts. `extend`, `pick` and `partial` drop the descriptions, so call this function last.
 *
 * @example
 * describeFields(z.object({ id: z.string(), mfa: z.object({ exclusion: z.boolean() }) }), {
 *   id: 'The id of the user.',
 *   mfa: 'The state of the second factor.',
 *   'mfa.exclusion': 'True while the user may sign in without a second factor.',
 * });
 */
export function describeFields<Schema extends z.ZodType>(schema: Schema, texts: TextsOf<Schema>): Schema {
  return schema.meta({ ...schema.meta(), [FIELD_TEXTS]: texts });
}

/** Returns the descriptions that `describeFields` gave to a schema. */
export function fieldTextsOf(schema: z.ZodType): FieldTexts {
  return (schema.meta()?.[FIELD_TEXTS] as FieldTexts | undefined) ?? {};
}

/** Returns the descriptions of the named fields and of their nested fields. */
export function pickTexts(texts: FieldTexts, names: readonly string[]): FieldTexts {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(texts).filter(([path]) => wanted.has(path.split('.', 1)[0] ?? '')));
}

/** Returns a generated JSON Schema with the field descriptions moved from its metadata to its properties. */
export function placeFieldTexts(schema: JsonObject): JsonObject {
  const { [FIELD_TEXTS]: texts, ...rest } = schema;
  return texts !== undefined && isObject(texts) ? place(rest, texts as FieldTexts) : schema;
}

function place(schema: JsonObject, texts: FieldTexts): JsonObject {
  const { $ref: reference, properties, items, anyOf } = schema;
  assert(
    reference === undefined,
    `the component ${JSON.stringify(reference)} describes its own fields: ${Object.keys(texts).join(', ')}`,
  );
  const placed = (value: JsonValue) => (isObject(value) ? place(value, texts) : value);
  return {
    ...schema,
    ...(properties !== undefined && isObject(properties) && { properties: placeInProperties(properties, texts) }),
    ...(items !== undefined && { items: placed(items) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(placed) }),
  };
}

function placeInProperties(properties: JsonObject, texts: FieldTexts): JsonObject {
  const described = Object.entries(properties).map(([name, property]): [string, JsonValue] => {
    const nested = textsBelow(texts, name);
    const inner = isObject(property) && Object.keys(nested).length > 0 ? place(property, nested) : property;
    const description = texts[name];
    return [name, description === undefined || !isObject(inner) ? inner : { ...inner, description }];
  });
  const unknown = Object.keys(texts).filter((path) => !Object.hasOwn(properties, path.split('.', 1)[0] ?? ''));
  assert(unknown.length === 0, `every described field exists: ${unknown.join(', ')}`);
  return Object.fromEntries(described);
}

function textsBelow(texts: FieldTexts, name: string): FieldTexts {
  const prefix = `${name}.`;
  return Object.fromEntries(
    Object.entries(texts).flatMap(([path, text]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), text] as const] : [],
    ),
  );
}
