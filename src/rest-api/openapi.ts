import { z } from 'zod';
import { permissions, type Permission } from '#admins/roles.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { productVersion } from '#base/product-version.ts';
import { placeFieldTexts } from './describe-fields.ts';
import { exampleOf } from './examples/all-examples.ts';
import type { Route } from './route.ts';

const errorSchema: JsonObject = {
  type: 'object',
  description: 'The body of every error response.',
  required: ['code', 'status', 'message', 'error_code', 'request_id'],
  properties: {
    code: { type: 'integer', description: 'The HTTP status, as a number.' },
    status: {
      type: 'string',
      description: 'The name of the google.rpc.Code for the HTTP status, such as INVALID_ARGUMENT.',
    },
    message: { type: 'string', description: 'What is wrong, where, and what to do, as a text for people.' },
    details: {
      type: 'array',
      description: 'One google.rpc.BadRequest that lists the invalid fields; missing if the error is not about a field.',
      items: {
        type: 'object',
        properties: {
          '@type': { type: 'string', description: 'Always type.googleapis.com/google.rpc.BadRequest.' },
          fieldViolationsList: {
            type: 'array',
            description: 'At most 100 elements, one for each invalid field.',
            items: {
              type: 'object',
              properties: {
                field: { type: 'string', description: 'The path of the field in the body, the query or the path.' },
                description: { type: 'string', description: 'What is wrong with the value of the field.' },
              },
            },
          },
        },
      },
    },
    error_code: { type: 'string', description: 'A stable code for programs, listed in docs/reference/errors.md.' },
    request_id: {
      type: 'string',
      description: 'The id of the request, as in the header x-request-id, in events and in the log.',
    },
  },
};

const errorExample: JsonObject = {
  code: 404,
  status: 'NOT_FOUND',
  message: 'There is no user "665f1e0a7b2c4d00123456ff".',
  error_code: 'notFound',
  request_id: '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d',
};

/** Error responses that many operations share, by status. */
const refusals: Readonly<Record<string, readonly [name: string, description: string]>> = {
  400: ['BadRequest', 'A part of the request is not valid; details lists every field that is wrong.'],
  401: ['Unauthenticated', 'The request has no credential, or one that is unknown, expired or revoked.'],
  403: ['Forbidden', 'The credential does not have the required permission.'],
  404: ['NotFound', 'The resource in the path does not exist, or belongs to another organization.'],
  429: ['TooManyAttempts', 'Too many attempts came from one address: wait for the seconds in the header Retry-After.'],
  default: ['Refused', 'Any other error.'],
};

/** The description of each part of the API. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  Users: 'Users, with the field names of the original directory’s API.',
  Groups: 'Groups and their members.',
  Bulk: 'Changes to many users with one request.',
  CSV: 'Import users from a CSV file, and export them to one.',
  Jobs: 'The progress and the results of imports and of other changes to many users.',
  Administrators: 'Administrators, their roles and their sessions.',
  'API keys': 'API keys of administrators, and tokens that can only use SCIM for one integration.',
  'OAuth 2': 'Access tokens for clients that use the OAuth 2 client credentials grant.',
  Organizations: 'Organizations, their settings, and administrators who work for several organizations.',
  Integrations: 'Identity sources and their rules.',
  Events: 'The event log: every change and every refused request.',
  Mail: 'The outbox, and the templates of emails.',
  'Signing in': 'Sign-in of administrators, and their own passwords, second factors and sessions.',
  'User portal': 'Sign-in of users, and their own profiles, passwords, second factors and sessions.',
  Description: 'This description of the API.',
};

/**
 * Generates the OpenAPI 3.1.1 document from the contracts of the routes. `info.version` is the version of the product.
 *
 * @example
 * openApiDocument(allRoutes); // { openapi: '3.1.1', info: { title: 'Tanhua REST API', version: '1.2.3', … }, paths: … }
 */
export function openApiDocument(routes: readonly Route[]): JsonObject {
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
      version: productVersion,
      description:
        'The directory behind the SCIM server. It is compatible with the API of the original directory for users, groups, administrators and events. Authenticate with an API key (in the header x-api-key or as a bearer token), with an access token or with a session.',
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
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key, which begins with tnh_.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, an access token or the token of a session.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'tanhua_session',
    description: 'The cookie that a sign-in sets in a browser; over TLS its name is __Host-tanhua_session.',
  },
  oauth2: {
    type: 'oauth2',
    description: 'The client identifier is the id of an API key, and the client secret is the API key.',
    flows: {
      clientCredentials: {
        tokenUrl: '/oauth2/token',
        scopes: { api: 'All permissions of the API key.', ...permissions },
      },
    },
  },
};

function sharedResponses(): JsonObject {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' }, example: errorExample } };
  return Object.fromEntries(Object.values(refusals).map(([name, description]) => [name, { description, content }]));
}

function operation(route: Route, schemas: Record<string, JsonValue>): JsonObject {
  const { body: example } = exampleOf(route);
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: accessText(route),
    parameters: parametersOf(route, schemas),
    ...(route.body !== undefined && {
      requestBody: {
        required: route.bodyOptional !== true,
        content: {
          [bodyType(route)]: {
            schema: schemaOf(route.body, schemas, 'input'),
            ...(example !== undefined && { example }),
          },
        },
      },
    }),
    responses: responsesOf(route, schemas),
    security: securityOf(route),
  };
}

/** Returns the permission that a route requires, or undefined if the route is open to a kind of caller without a permission. */
function permissionOf({ access }: Route): Permission | undefined {
  return Object.hasOwn(permissions, access) ? (access as Permission) : undefined;
}

function accessText(route: Route): string {
  const permission = permissionOf(route);
  if (permission !== undefined) return `Requires the permission ${permission}: ${permissions[permission]}`;
  const texts: Readonly<Record<string, string>> = {
    administrator: 'Open to every administrator.',
    session: 'Open to administrators who signed in; API keys are refused.',
    user: 'Open to users who signed in to the user portal.',
  };
  return texts[route.access] ?? 'Open without a credential.';
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
  const { answer: example, texts = {} } = exampleOf(route);
  const ofType = (type: string) => ({ schema: { type: 'string' }, ...(texts[type] && { example: texts[type] }) });
  const done = {
    description: answer === undefined && mediaType === undefined ? 'Success, without a body.' : 'Success.',
    ...(answer !== undefined && {
      content: {
        'application/json': {
          schema: schemaOf(answer, schemas, 'output'),
          ...(example !== undefined && { example }),
        },
      },
    }),
    ...(mediaType !== undefined && {
      content: Object.fromEntries([mediaType].flat().map((type) => [type, ofType(type)])),
    }),
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
  description:
    'The id of the organization that the request is for: 24 hexadecimal digits. Required for an administrator who works for several organizations.',
  schema: { type: 'string', pattern: '^[0-9a-fA-F]{24}$' },
};

function parametersOf(route: Route, schemas: Record<string, JsonValue>): JsonValue[] {
  const inHeader = Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  const takesHeader = route.takesOrganization !== false && route.access !== 'anyone' && route.access !== 'user';
  return [
    ...parametersFrom('path', route.params, schemas),
    ...parametersFrom('query', route.query, schemas),
    ...inHeader,
    ...(takesHeader ? [organizationParameter] : []),
  ];
}

/** Returns one parameter for each field of a schema. */
function parametersFrom(
  where: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemas: Record<string, JsonValue>,
): JsonValue[] {
  const whole = schema === undefined ? {} : schemaOf(schema, schemas, 'input');
  const properties = isObject(whole) && isObject(whole['properties']) ? whole['properties'] : {};
  const required = isObject(whole) && Array.isArray(whole['required']) ? whole['required'] : [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = isObject(property) ? property : {};
    return {
      name,
      in: where,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

/** Converts a schema to JSON Schema. A schema with an id becomes a component, and the result refers to it. */
function schemaOf(schema: z.ZodType, schemas: Record<string, JsonValue>, io: 'input' | 'output'): JsonValue {
  const {
    $schema: _,
    $defs,
    ...converted
  }: Record<string, JsonValue> = JSON.parse(
    JSON.stringify(
      z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12', override: leaveOpen }),
    ),
  );
  const definitions = $defs !== undefined && isObject($defs) ? $defs : {};
  for (const [name, definition] of Object.entries(definitions)) schemas[name] = finished(definition);
  const { id } = converted;
  if (typeof id === 'string') {
    schemas[id] = finished(converted);
    return { $ref: `#/components/schemas/${id}` };
  }
  return finished(converted);
}

/**
 * Allows additional properties except where a schema is strict, because a later version may return fields that a client does not know.
 * By default, zod forbids additional properties in every object of a response.
 */
function leaveOpen({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined) delete jsonSchema.additionalProperties;
}

/** Adds the descriptions of fields, removes the ids of schemas, and makes references to `$defs` point to the document's components. */
function finished(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(finished);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(placeFieldTexts(value))
      .filter(([name]) => name !== 'id' || typeof value['id'] !== 'string')
      .map(([name, inner]) => [
        name,
        name === '$ref' && typeof inner === 'string'
          ? inner.replace('#/$defs/', '#/components/schemas/')
          : finished(inner),
      ]),
  );
}
