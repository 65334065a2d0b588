import { z } from 'zod';
import { permissions, type Permission } from '#admins/roles.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { Route } from './route.ts';

const errorSchema: JsonObject = {
  type: 'object',
  description: 'Every refusal, and every failure.',
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
    request_id: { type: 'string', description: 'Also in the header x-request-id; events and the log name it.' },
  },
};

/** Answers that many operations have in common, by status. */
const refusals: Readonly<Record<string, readonly [name: string, description: string]>> = {
  400: ['BadRequest', 'A part of the request is not valid; details names every field that is wrong.'],
  401: ['Unauthenticated', 'There is no credential, or it is not known, has expired, or was revoked.'],
  403: ['Forbidden', 'The credential may not do this.'],
  404: ['NotFound', 'What the path names is not there, or belongs to another organization.'],
  429: ['TooManyAttempts', 'Too many attempts came from one address: wait for as long as Retry-After says.'],
  default: ['Refused', 'Any other refusal or failure.'],
};

/** What each part of the API is about. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  Users: 'Users by the names of the original directory.',
  Groups: 'Groups, and who is in them.',
  Bulk: 'Changes of many users at a time.',
  CSV: 'Users from a file, and into one.',
  Jobs: 'What became of each row of a work on many users.',
  Administrators: 'Administrators, their roles and where they are signed in.',
  'API keys': 'API keys of administrators, and tokens that do nothing but SCIM for one integration.',
  'OAuth 2': 'Access tokens for clients that speak OAuth 2 client credentials.',
  Organizations: 'Organizations, their settings, and who works for several of them.',
  Integrations: 'Identity sources and their rules.',
  Events: 'What happened: every change and every refused request.',
  Mail: 'The outbox, and what mails say.',
  'Signing in': 'How administrators sign in, and look after their accounts.',
  'User portal': 'How users sign in, and look after their accounts.',
  Description: 'This description.',
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
        'The directory behind the SCIM server, compatible with the API of the original directory for users, groups, administrators and events. Authenticate with an API key (x-api-key, or as a bearer token), an access token or a session.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({
      name,
      ...(tagDescriptions[name] !== undefined && { description: tagDescriptions[name] }),
    })),
    paths,
    components: { schemas, responses: sharedResponses(), securitySchemes },
  };
}

const securitySchemes: JsonObject = {
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, an access token, or the token of a session.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'tanhua_session',
    description: 'What a sign-in leaves in a browser; over TLS its name is __Host-tanhua_session.',
  },
  oauth2: {
    type: 'oauth2',
    description: 'The id of a key is the client identifier, and the key itself the client secret.',
    flows: {
      clientCredentials: { tokenUrl: '/oauth2/token', scopes: { api: 'All that the key may.', ...permissions } },
    },
  },
};

function sharedResponses(): JsonObject {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(Object.values(refusals).map(([name, description]) => [name, { description, content }]));
}

function operation(route: Route, schemas: Record<string, JsonValue>): JsonObject {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: accessText(route),
    parameters: parametersOf(route, schemas),
    ...(route.body !== undefined && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { [bodyType(route)]: { schema: schemaOf(route.body, schemas, 'input') } },
      },
    }),
    responses: responsesOf(route, schemas),
    security: securityOf(route),
  };
}

/** The permission that a route takes; undefined for what goes by who one is. */
function permissionOf({ access }: Route): Permission | undefined {
  return Object.hasOwn(permissions, access) ? (access as Permission) : undefined;
}

function accessText(route: Route): string {
  const permission = permissionOf(route);
  if (permission !== undefined) return `Takes the permission ${permission}: ${permissions[permission]}`;
  const texts: Readonly<Record<string, string>> = {
    administrator: 'Open to every administrator.',
    session: 'Open to administrators who signed in; no key may do this.',
    user: 'Open to users who signed in to their portal.',
  };
  return texts[route.access] ?? 'Open to anyone.';
}

function securityOf(route: Route): JsonValue {
  if (route.access === 'anyone') return [];
  const session = [{ bearer: [] }, { session: [] }];
  if (route.access === 'user' || route.access === 'session') return session;
  return [{ apiKey: [] }, ...session, { oauth2: [permissionOf(route) ?? 'api'] }];
}

function responsesOf(route: Route, schemas: Record<string, JsonValue>): JsonObject {
  const { answer, mediaType, access, path, query, body, method } = route;
  const status = String(route.status ?? (answer === undefined && mediaType === undefined ? 204 : 200));
  const text = { schema: { type: 'string' } };
  const done = {
    description: 'Done.',
    ...(answer !== undefined && {
      content: { 'application/json': { schema: schemaOf(answer, schemas, 'output') } },
    }),
    ...(mediaType !== undefined && { content: Object.fromEntries([mediaType].flat().map((type) => [type, text])) }),
  };
  const isOpen = access === 'anyone';
  const possible: Readonly<Record<string, boolean>> = {
    400: query !== undefined || body !== undefined,
    401: !isOpen,
    403: !isOpen,
    404: path.includes(':'),
    429: isOpen && method === 'POST',
    default: true,
  };
  const refused = Object.entries(refusals)
    .filter(([code]) => possible[code] === true)
    .map(([code, [name]]) => [code, { $ref: `#/components/responses/${name}` }]);
  return { [status]: done, ...Object.fromEntries(refused) };
}

function bodyType({ anyMediaType }: Route): string {
  return anyMediaType === true ? 'application/x-www-form-urlencoded' : 'application/json';
}

function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'api');
  return [method.toLowerCase(), ...words].join('_');
}

const organizationParameter: JsonObject = {
  name: 'x-org-id',
  in: 'header',
  required: false,
  description: 'The organization that the request is for. Whoever works for several has to name one.',
  schema: { type: 'string', pattern: '^[0-9a-fA-F]{24}$' },
};

function parametersOf(route: Route, schemas: Record<string, JsonValue>): JsonValue[] {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const query = route.query === undefined ? {} : schemaOf(route.query, schemas, 'input');
  const properties = isObject(query) && isObject(query['properties']) ? query['properties'] : {};
  const required = isObject(query) && Array.isArray(query['required']) ? query['required'] : [];
  const inQuery = Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = isObject(schema) ? schema : {};
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
  const takesHeader = route.takesOrganization !== false && route.access !== 'anyone' && route.access !== 'user';
  return [...inPath, ...inQuery, ...(takesHeader ? [organizationParameter] : [])];
}

/** A JSON Schema; what has an id of its own is put beside, once, and referred to. */
function schemaOf(schema: z.ZodType, schemas: Record<string, JsonValue>, io: 'input' | 'output'): JsonValue {
  const {
    $schema: _,
    $defs,
    ...made
  }: Record<string, JsonValue> = JSON.parse(
    JSON.stringify(
      z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12', override: leaveOpen }),
    ),
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

/**
 * Answers may come to have more fields than a client was made for: only what says that it is closed is. zod would close every
 * object of an answer.
 */
function leaveOpen({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) delete jsonSchema.additionalProperties;
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
