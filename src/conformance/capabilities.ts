import { errorTable } from '#base/error-table.ts';
import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { NoAnswer, type Answer, type Client } from './client.ts';
import { read, textOf } from './expect.ts';
import type { Feature, Need } from './need.ts';
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, SEARCH_REQUEST, USER_SCHEMA } from './scim-names.ts';

/** The features and attributes that the server declares as supported. */
export interface Capabilities {
  readonly supports: (need: Need) => boolean;
  /** Returns how the server declares that it does not support the feature or attribute, such as `POST /Users/.search returns 501`. */
  readonly reason: (need: Need) => string;
  /** The body of /ServiceProviderConfig, with `bulk`, `filter` and so on; an empty object if the server does not return a JSON object. */
  readonly config: JsonObject;
}

/**
 * Reads the discovery endpoints. A server without them is assumed to support everything in RFC 7643 and RFC 7644, but nothing newer.
 * Throws `targetUnavailable` if there is no SCIM server that accepts the token.
 */
export async function readCapabilities(scim: Client): Promise<Capabilities> {
  await requireServer(scim);
  const config = objectOf((await scim.get('/ServiceProviderConfig')).body);
  const types = listOf(await scim.get('/ResourceTypes'));
  const schemas = listOf(await scim.get('/Schemas'));
  const search = await scim.post('/Users/.search', { schemas: [SEARCH_REQUEST], count: 0 });
  const root = await scim.list('/', { count: 0 });

  const supported = (name: string): boolean => read(config, name, 'supported') !== false;
  const hasSchema = (schema: string): boolean =>
    types.length === 0 || JSON.stringify(types).toLowerCase().includes(`"${schema.toLowerCase()}"`);
  const features: Readonly<Record<Feature, readonly [boolean, string]>> = {
    patch: [supported('patch'), configSays('patch')],
    bulk: [supported('bulk'), configSays('bulk')],
    filter: [supported('filter'), configSays('filter')],
    sort: [supported('sort'), configSays('sort')],
    etag: [supported('etag'), configSays('etag')],
    // RFC 9865 §4: a server without `pagination` in its configuration supports paging by index only.
    cursor: [read(config, 'pagination', 'cursor') === true, 'pagination.cursor is not true in ServiceProviderConfig'],
    index: [read(config, 'pagination', 'index') !== false, 'pagination.index is false in ServiceProviderConfig'],
    search: [search.status !== 501, 'POST /Users/.search returns 501'],
    rootQuery: [root.status !== 501, 'GET / returns 501'],
    groups: [hasSchema(GROUP_SCHEMA), '/ResourceTypes does not list Group'],
    enterprise: [hasSchema(ENTERPRISE_SCHEMA), '/ResourceTypes does not list the Enterprise User extension'],
  };
  const isFeature = (need: Need): need is Feature => Object.hasOwn(features, need);
  return {
    config,
    supports: (need) => (isFeature(need) ? features[need][0] : hasAttribute(schemas, need)),
    reason: (need) => (isFeature(need) ? features[need][1] : `/Schemas does not list ${need}`),
  };
}

function configSays(name: string): string {
  return `${name}.supported is false in ServiceProviderConfig`;
}

/** If the server does not return the schema, it is assumed to support all attributes of the standard. */
function hasAttribute(schemas: readonly JsonValue[], need: string): boolean {
  const [type, name = ''] = need.split('.');
  const wanted = (type === 'User' ? USER_SCHEMA : GROUP_SCHEMA).toLowerCase();
  const schema = schemas.find((one) => textOf(read(one, 'id')).toLowerCase() === wanted);
  const attributes = read(schema, 'attributes');
  if (!Array.isArray(attributes)) return true;
  return attributes.some((attribute) => textOf(read(attribute, 'name')).toLowerCase() === name.toLowerCase());
}

async function requireServer(scim: Client): Promise<void> {
  const unavailable = (reason: string): AppError =>
    new AppError(
      'targetUnavailable',
      `${scim.baseUrl} cannot be tested: ${reason}. ${errorTable.targetUnavailable.remedy}`,
    );
  let answer: Answer;
  try {
    answer = await scim.list('/Users', { count: 1 });
  } catch (error) {
    if (error instanceof NoAnswer) throw unavailable(error.message);
    throw error;
  }
  if (answer.status === 401 || answer.status === 403) {
    throw unavailable(`GET /Users returned ${answer.status}, so the server does not accept the token`);
  }
  if (answer.body !== undefined && answer.status !== 404) return;
  // Some servers wrongly return 404 if the list of users is empty. This is not an error here, because a check reports it.
  if (answer.status === 404 && (await scim.get('/ServiceProviderConfig')).status === 200) return;
  const what = answer.body === undefined ? ' without JSON' : '';
  throw unavailable(`GET /Users returned ${answer.status}${what}, so this is not the base URL of a SCIM server`);
}

function listOf({ body }: Answer): readonly JsonValue[] {
  const resources = read(body, 'Resources') ?? body;
  return Array.isArray(resources) ? resources : [];
}

function objectOf(body: JsonValue | undefined): JsonObject {
  return isObject(body) ? body : {};
}
