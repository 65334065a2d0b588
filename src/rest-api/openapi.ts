import { z } from 'zod';
import { permissions, type Permission } from '#admins/roles.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { productVersion } from '#base/product-version.ts';
import { placeFieldTexts } from './describe-fields.ts';
import { exampleOf } from './examples/all-examples.ts';
import { refusalExample } from './examples/error-examples.ts';
import { parameterExample } from './examples/parameter-examples.ts';
import { errorSchema, headersOf, sharedRefusals, sharedResponses } from './openapi-errors.ts';
import type { DocumentedRefusal, Route } from './route.ts';

/** The description of each part of the API. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  Users: 'Users, with the field names of the legacy directory’s API.',
  Groups: 'Groups and their members.',
  Bulk: 'Changes to many users with one request.',
  CSV: 'Import users from a CSV file, and export users to a CSV file.',
  Jobs: 'The progress and the results of imports and of other changes to many users.',
  RADIUS: 'RADIUS servers, their clients, the groups whose members may connect, and the reply attributes of groups.',
  Administrators: 'Administrators, their roles and their sessions.',
  'API keys': 'API keys of administrators, and tokens that can only use SCIM for one integration.',
  'OAuth 2': 'Access tokens for clients that use the OAuth 2 client credentials grant.',
  Organizations: 'Organizations, their settings, and administrators who work for several organizations.',
  Integrations: 'Identity sources and their rules.',
  Events: 'The event log: every change and every refused request.',
  Requests: 'SCIM requests that were kept, with their responses.',
  'Live updates': 'New events as Server-Sent Events.',
  Attention: 'What an administrator should look at next.',
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
        'The directory behind the SCIM server. It is compatible with the API of the legacy directory for users, groups, administrators and events. Authenticate with an API key (in the x-api-key header or as a bearer token), with an access token or with a session.',
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
            schema: schemaOf(route.documentedBody ?? route.body, schemas, 'input'),
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
  const { answer, mediaType, access, path, query, body, method, answerHeaders, refusals = {} } = route;
  const status = String(route.status ?? (answer === undefined && mediaType === undefined ? 204 : 200));
  const { answer: example, texts = {} } = exampleOf(route);
  const ofType = (type: string) => ({ schema: { type: 'string' }, ...(texts[type] && { example: texts[type] }) });
  const done = {
    description: answer === undefined && mediaType === undefined ? 'Success, without a body.' : 'Success.',
    ...(answerHeaders !== undefined && { headers: headersOf(answerHeaders) }),
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
  const shared = Object.entries(sharedRefusals)
    .filter(([code]) => possible[code] === true)
    .map(([code, { name }]) => [code, { $ref: `#/components/responses/${name}` }]);
  const own = Object.entries(refusals).map(([code, refusal]) => [code, ownRefusal(route, code, refusal, schemas)]);
  return { [status]: done, ...Object.fromEntries(shared), ...Object.fromEntries(own) };
}

function bodyType({ anyMediaType }: Route): string {
  return anyMediaType === true ? 'application/x-www-form-urlencoded' : 'application/json';
}

/** Returns the OpenAPI response for an error that the route documents itself. */
function ownRefusal(
  route: Route,
  status: string,
  { description, body, orError = body === undefined }: DocumentedRefusal,
  schemas: Record<string, JsonValue>,
): JsonObject {
  const possible = [
    ...(body === undefined ? [] : [schemaOf(body, schemas, 'output')]),
    ...(orError ? [{ $ref: '#/components/schemas/Error' }] : []),
  ];
  const [schema = {}, other] = possible;
  const example = refusalExample(route, status);
  const content = {
    schema: other === undefined ? schema : { anyOf: possible },
    ...(example !== undefined && { example }),
  };
  return { description, content: { 'application/json': content } };
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
    ...exampleFor(route, 'header', name),
    schema: { type: 'string' },
  }));
  const takesHeader = route.takesOrganization !== false && route.access !== 'anyone' && route.access !== 'user';
  return [
    ...parametersFrom(route, 'path', schemas),
    ...parametersFrom(route, 'query', schemas),
    ...inHeader,
    ...(takesHeader ? [{ ...organizationParameter, ...exampleFor(route, 'header', 'x-org-id') }] : []),
  ];
}

/** Returns one parameter for each field of a schema. */
function parametersFrom(route: Route, where: 'path' | 'query', schemas: Record<string, JsonValue>): JsonValue[] {
  const schema = where === 'path' ? route.params : route.query;
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
      ...exampleFor(route, where, name),
      schema: rest,
    };
  });
}

function exampleFor(route: Route, where: 'path' | 'query' | 'header', name: string): JsonObject {
  const example = parameterExample(route, where, name);
  return example === undefined ? {} : { example };
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
