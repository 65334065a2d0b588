import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { RuleName } from '#integrations/rules.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { GROUP_SCHEMA } from '#scim/schema/group.ts';
import { representResourceType, representSchema } from '#scim/schema/represent.ts';
import { BODY_BYTES_MAX, BULK_OPERATIONS_MAX, COUNT_DEFAULT, COUNT_MAX, CURSOR_TIMEOUT_SECONDS } from './limits.ts';
import { listResponse } from './list-response.ts';
import type { Query } from './query.ts';
import type { Scope } from './resource-endpoint.ts';

interface ItemRoute {
  Params: { id: string };
}

/** Users may read the discovery endpoints, too, because these contain no personal data. */
const options = { config: { openToUsers: true } };

/** RFC 7643 §5: a client that has no credential yet has to read how to authenticate. */
const publicOptions = { config: { ...options.config, openToAnyone: true } };

/**
 * Adds the discovery routes (RFC 7644 §4): ServiceProviderConfig, Schemas and ResourceTypes. Only ServiceProviderConfig
 * can be read without a credential. The others depend on the organization, which can have custom schemas.
 */
export function discoveryRoutes(
  app: FastifyInstance,
  scopeOf: (request: FastifyRequest) => Scope,
  baseUrl: () => string,
): void {
  app.get('/ServiceProviderConfig', publicOptions, async () => serviceProviderConfig(baseUrl()));
  collectionRoutes(app, '/Schemas', (request) => schemas(scopeOf(request)));
  collectionRoutes(app, '/ResourceTypes', (request) => resourceTypes(scopeOf(request)));
}

function collectionRoutes(
  app: FastifyInstance,
  path: string,
  load: (request: FastifyRequest) => readonly JsonObject[],
): void {
  app.get<{ Querystring: Query }>(path, options, async (request) => {
    if (request.query['filter'] !== undefined) {
      throw new AppError('discoveryFilter', `${path} does not support a filter: omit it and read the whole list.`);
    }
    const resources = load(request);
    return listResponse(resources, resources.length);
  });
  app.get<ItemRoute>(`${path}/:id`, options, async (request) => {
    const wanted = request.params.id.toLowerCase();
    const found = load(request).find((resource) => textOf(resource['id']).toLowerCase() === wanted);
    if (found !== undefined) return found;
    const known = load(request).map((resource) => textOf(resource['id']));
    throw new AppError('resourceNotFound', `${path} has no ${quote(request.params.id)}. It has ${known.join(', ')}.`);
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * The rules that make an attribute unique, with the schema and the path of the attribute. emailUnique is not in the list: it compares only
 * primary addresses, as the description of emails.value says, so emails.value as a whole is not unique.
 */
const uniqueByRule = [
  { schema: ENTERPRISE_USER_SCHEMA, path: 'employeeNumber', rule: 'employeeNumberUnique' },
  { schema: GROUP_SCHEMA, path: 'displayName', rule: 'groupNameUnique' },
] as const satisfies readonly { readonly schema: string; readonly path: string; readonly rule: RuleName }[];

/** Returns the schemas as they apply to the caller's integration: `uniqueness` says what its rules enforce. */
function schemas({ deps, caller, baseUrl }: Scope): readonly JsonObject[] {
  const { User, Group } = deps.schemas;
  return [User, Group]
    .flatMap((schema) => [schema.core, ...Array.from(schema.extensions.values(), ({ definition }) => definition)])
    .map((definition) => {
      const unique = uniqueByRule.filter(({ schema, rule }) => schema === definition.id && caller.rules[rule]);
      const uniquePaths = new Set(unique.map(({ path }) => path));
      return representSchema(definition, `${baseUrl}/Schemas/${definition.id}`, uniquePaths);
    });
}

function resourceTypes({ deps, baseUrl }: Scope): readonly JsonObject[] {
  const { User, Group } = deps.schemas;
  return [User, Group].map((schema) => representResourceType(schema, `${baseUrl}/ResourceTypes/${schema.name}`));
}

/** Returns the ServiceProviderConfig (RFC 7643 §5). */
function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: BULK_OPERATIONS_MAX, maxPayloadSize: BODY_BYTES_MAX },
    filter: { supported: true, maxResults: COUNT_MAX },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: COUNT_DEFAULT,
      maxPageSize: COUNT_MAX,
      cursorTimeout: CURSOR_TIMEOUT_SECONDS,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description:
          'An API key, an integration token or a user’s own token of the directory, in the Authorization header (Bearer).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0 client credentials',
        description:
          "An access token of /oauth2/token, where client_id is the id of a key and client_secret the key. The server's metadata (RFC 8414) is at /.well-known/oauth-authorization-server.",
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}
