import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { allRoutes } from './all-routes.ts';
import { openApiDocument } from './openapi.ts';

/** The same OpenAPI document that the server returns. */
export const document = openApiDocument(allRoutes);
export const at = (value: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined =>
  names.reduce<JsonValue | undefined>(
    (inner, name) => (isObject(inner ?? null) ? (inner as JsonObject)[name] : undefined),
    value,
  );
export const object = (value: JsonValue | undefined): JsonObject =>
  value !== undefined && isObject(value) ? value : {};
export const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
export const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');
export const operations = Object.entries(object(at(document, 'paths'))).flatMap(([path, methods]) =>
  Object.entries(object(methods)).map(([method, operation]) => ({ path, method, operation: object(operation) })),
);

/** Yields every object in the document with its path. */
export function* objectsIn(value: JsonValue, where = '#'): Generator<readonly [string, JsonObject]> {
  if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield* objectsIn(inner, `${where}/${index}`);
  } else if (isObject(value)) {
    yield [where, value];
    for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${where}/${name}`);
  }
}

/** Yields the path and the schema of each field of a JSON Schema, including fields of nested objects, lists and alternatives. */
function* fieldsIn(value: JsonValue | undefined, where: string): Generator<readonly [string, JsonObject]> {
  const schema = object(value);
  for (const [name, field] of Object.entries(object(schema['properties']))) {
    yield [`${where}.${name}`, object(field)];
    yield* fieldsIn(field, `${where}.${name}`);
  }
  const inner = [schema['items'] ?? [], list(schema['anyOf']), list(schema['allOf'])].flat();
  for (const one of inner) yield* fieldsIn(one, where);
}

/** Yields the fields of every component, request body, response and parameter of the document. */
export function* allFields(): Generator<readonly [string, JsonObject]> {
  for (const [name, schema] of Object.entries(object(at(document, 'components', 'schemas')))) {
    yield* fieldsIn(schema, name);
  }
  for (const { path, method, operation } of operations) {
    const where = `${method.toUpperCase()} ${path}`;
    for (const parameter of list(operation['parameters']).map(object)) {
      yield [`${where} ${textOf(parameter['in'])} ${textOf(parameter['name'])}`, parameter];
    }
    const bodies = [operation['requestBody'], ...Object.values(object(operation['responses']))];
    for (const [index, body] of bodies.entries()) {
      for (const content of Object.values(object(at(body, 'content')))) {
        yield* fieldsIn(at(content, 'schema'), `${where} ${index === 0 ? 'body' : 'answer'}`);
      }
    }
  }
}

/** Yields a schema and the schemas nested in it, each with the path of the field that it describes. */
function* schemasIn(value: JsonValue | undefined, where: string): Generator<readonly [string, JsonObject]> {
  const schema = object(value);
  yield [where, schema];
  for (const [name, field] of Object.entries(object(schema['properties']))) yield* schemasIn(field, `${where}.${name}`);
  const inner = [schema['items'] ?? [], list(schema['anyOf']), list(schema['allOf'])].flat();
  for (const one of inner) yield* schemasIn(one, where);
}

/** Yields the schemas of all components, request bodies and responses. */
export function* allSchemas(): Generator<readonly [string, JsonObject]> {
  for (const [name, schema] of Object.entries(object(at(document, 'components', 'schemas')))) {
    yield* schemasIn(schema, name);
  }
  for (const { path, method, operation } of operations) {
    const bodies = [operation['requestBody'], ...Object.values(object(operation['responses']))];
    for (const [index, body] of bodies.entries()) {
      for (const content of Object.values(object(at(body, 'content')))) {
        yield* schemasIn(at(content, 'schema'), `${method.toUpperCase()} ${path} ${index === 0 ? 'body' : 'answer'}`);
      }
    }
  }
}

/** Yields the fields of a value that its schema does not describe, and the required fields that the value lacks. */
export function* differences(schema: JsonValue | undefined, value: JsonValue, where: string): Generator<string> {
  const { $ref, type, properties, items, required, additionalProperties, anyOf, allOf } = object(schema);
  if (typeof $ref === 'string') {
    yield* differences(at(document, ...$ref.slice(2).split('/')), value, where);
  } else if (Array.isArray(anyOf)) {
    const found = anyOf.filter((one) => isOfKind(one, value)).map((one) => [...differences(one, value, where)]);
    if (found.length === 0) yield `${where} is ${JSON.stringify(value)}`;
    else if (found.every((one) => one.length > 0)) yield* found[0] ?? [];
  } else if (Array.isArray(allOf)) {
    for (const one of allOf) yield* differences(one, value, where);
  } else if (type === 'array') {
    for (const [index, one] of (Array.isArray(value) ? value : []).entries()) {
      yield* differences(items, one, `${where}/${index}`);
    }
  } else if (properties !== undefined && isObject(value)) {
    for (const name of list(required)) if (!(textOf(name) in value)) yield `${where} lacks ${textOf(name)}`;
    for (const [name, inner] of Object.entries(value)) {
      const described = object(properties)[name];
      if (described !== undefined) yield* differences(described, inner, `${where}/${name}`);
      else if (additionalProperties === undefined) yield `${where} has ${name}`;
    }
  }
}

/** True if a schema allows values of the type that the value has. */
function isOfKind(schema: JsonValue, value: JsonValue): boolean {
  const { $ref, type, const: only, enum: values } = object(schema);
  if (typeof $ref === 'string') return isOfKind(at(document, ...$ref.slice(2).split('/')) ?? {}, value);
  if (only !== undefined) return only === value;
  if (Array.isArray(values)) return values.includes(value);
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return type === undefined || type === kind || (type === 'integer' && kind === 'number');
}
