import { z } from 'zod';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Route } from './route.ts';

const errorSchema: JsonObject = {
  type: 'object',
  required: ['code', 'status', 'message', 'error_code', 'request_id'],
  properties: {
    code: { type: 'integer', description: 'The HTTP status.' },
    status: { type: 'string', description: 'google.rpc.Code' },
    message: { type: 'string', description: 'What was wrong, where, and what to do.' },
    details: {
      type: 'array',
      items: { type: 'object' },
      description: 'google.rpc.BadRequest: the fields that were wrong.',
    },
    error_code: { type: 'string', description: 'See docs/reference/errors.md.' },
    request_id: { type: 'string' },
  },
};

/** The description of the API, made of the contracts of its routes. OpenAPI 3.1.1. */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const schemas: Record<string, JsonValue> = { Error: errorSchema };
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tanhua REST API',
      version,
      description:
        'The directory behind the SCIM server, compatible with the API of the original directory for users, groups, administrators and events. Authenticate with an API key (x-api-key, or as a bearer token) or a session.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'tanhua_session' },
      },
    },
  };
}

function operation(route: Route, schemas: Record<string, JsonValue>): JsonObject {
  const status = String(route.status ?? (route.answer === undefined && route.mediaType === undefined ? 204 : 200));
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    'x-permission': route.access,
    parameters: parametersOf(route, schemas),
    ...(route.body !== undefined && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { [bodyType(route)]: { schema: schemaOf(route.body, schemas, 'input') } },
      },
    }),
    responses: {
      [status]: {
        description: 'Done.',
        ...(route.answer !== undefined && {
          content: { 'application/json': { schema: schemaOf(route.answer, schemas, 'output') } },
        }),
        ...(route.mediaType !== undefined && { content: { [route.mediaType]: { schema: { type: 'string' } } } }),
      },
      default: {
        description: 'Refused, or failed.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
    security: route.access === 'anyone' ? [] : [{ apiKey: [] }, { bearer: [] }, { session: [] }],
  };
}

function bodyType({ anyMediaType }: Route): string {
  return anyMediaType === true ? 'application/x-www-form-urlencoded' : 'application/json';
}

function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'api');
  return [method.toLowerCase(), ...words].join('_');
}

function parametersOf(route: Route, schemas: Record<string, JsonValue>): JsonValue[] {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const query = route.query === undefined ? {} : schemaOf(route.query, schemas, 'input');
  const properties = isObject(query) && isObject(query['properties']) ? query['properties'] : {};
  const required = isObject(query) && Array.isArray(query['required']) ? query['required'] : [];
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  const takesHeader = route.takesOrganization !== false && route.access !== 'anyone' && route.access !== 'user';
  const header = takesHeader ? [{ name: 'x-org-id', in: 'header', required: false, schema: { type: 'string' } }] : [];
  return [...inPath, ...inQuery, ...header];
}

/** A JSON Schema; what has an id of its own is put beside, once, and referred to. */
function schemaOf(schema: z.ZodType, schemas: Record<string, JsonValue>, io: 'input' | 'output'): JsonValue {
  const {
    $schema: _,
    $defs,
    ...made
  }: Record<string, JsonValue> = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' })),
  );
  const definitions = $defs !== undefined && isObject($defs) ? $defs : {};
  for (const [name, definition] of Object.entries(definitions)) schemas[name] = referring(definition);
  const { id } = made;
  if (typeof id === 'string') {
    schemas[id] = referring(made);
    return { $ref: `#/components/schemas/${id}` };
  }
  return referring(made);
}

/** References to definitions of a schema become references into the document. */
function referring(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(referring);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'id' || typeof value['id'] !== 'string')
      .map(([name, inner]) => [
        name,
        name === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : referring(inner),
      ]),
  );
}
