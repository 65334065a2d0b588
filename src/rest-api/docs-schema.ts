import { escapeHtml } from '#base/html.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** The maximum number of levels of nested properties that the table shows. */
const DEPTH_MAX = 3;

/** `sent` for the schema of a request body, `answered` for the schema of a response body. */
type Side = 'sent' | 'answered';

/** Renders the properties of a schema as a table, with nested properties indented. Renders a schema without properties as its type. */
export function schemaTable(document: JsonObject, schema: JsonValue, side: Side): string {
  const rows = rowsOf(document, schema, side, 0);
  const type = typeOf(document, schema);
  const whole = type === 'object' && rows.length > 0 ? '' : `<p><code>${escapeHtml(type)}</code></p>`;
  if (rows.length === 0) return whole;
  return `${whole}<table><thead><tr><th>name</th><th>type</th><th></th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function rowsOf(document: JsonObject, schema: JsonValue, side: Side, depth: number): readonly string[] {
  if (depth >= DEPTH_MAX) return [];
  const { properties, required } = fieldsOf(document, schema);
  return [...properties].flatMap(([name, property]) => {
    const { description } = resolve(document, property);
    const isRequired = required.has(name);
    // Marks the required fields of a request, and the optional fields of a response.
    const need = side === 'sent' ? (isRequired ? 'required' : '') : isRequired ? '' : 'optional';
    const row = `<tr><th scope="row" class="depth-${depth}"><code>${escapeHtml(name)}</code></th><td>${escapeHtml(typeOf(document, property))}</td><td>${need}</td><td>${typeof description === 'string' ? escapeHtml(description) : ''}</td></tr>`;
    return [row, ...rowsOf(document, property, side, depth + 1)];
  });
}

interface Fields {
  readonly properties: ReadonlyMap<string, JsonValue>;
  readonly required: ReadonlySet<string>;
}

/** Returns the fields of an object schema, including the fields of list elements (`items`) and of the schemas in `anyOf` and `allOf`. */
function fieldsOf(document: JsonObject, schema: JsonValue): Fields {
  const { properties, required, items, anyOf, allOf } = resolve(document, schema);
  const inner = [items ?? [], anyOf ?? [], allOf ?? []].flat().map((one) => fieldsOf(document, one));
  return {
    properties: new Map([
      ...(properties !== undefined && isObject(properties) ? Object.entries(properties) : []),
      ...inner.flatMap((one) => [...one.properties]),
    ]),
    required: new Set([
      ...(Array.isArray(required) ? required.map(String) : []),
      ...inner.flatMap((one) => [...one.required]),
    ]),
  };
}

function resolve(document: JsonObject, schema: JsonValue): JsonObject {
  if (!isObject(schema)) return {};
  const { $ref: reference, ...rest } = schema;
  if (typeof reference !== 'string') return schema;
  let found: JsonValue | undefined = document;
  for (const name of reference.replace('#/', '').split('/')) {
    found = found !== undefined && isObject(found) ? found[name] : undefined;
  }
  return { ...(found !== undefined && isObject(found) ? found : {}), ...rest };
}

function typeOf(document: JsonObject, schema: JsonValue): string {
  const { type, enum: values, const: only, items, anyOf, allOf, format } = resolve(document, schema);
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((one) => typeOf(document, one)))].join(' or ');
  if (Array.isArray(allOf)) return 'object';
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(', ');
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(type)) return type.join(' or ');
  if (type === 'array') return `list of ${items === undefined ? 'anything' : typeOf(document, items)}`;
  if (typeof type !== 'string') return 'anything';
  return typeof format === 'string' ? `${type}, ${format}` : type;
}
