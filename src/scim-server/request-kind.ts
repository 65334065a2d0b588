import type { FastifyRequest } from 'fastify';
import type { RequestKind, RequestSummary } from '#request-log/logged-request.ts';
import { SCIM_PREFIX } from './scim-path.ts';

/** The kinds of the requests that write one resource, by method. */
export const writeKinds = { POST: 'create', PUT: 'replace', PATCH: 'patch', DELETE: 'delete' } as const;

function writeKindOf(method: string): RequestKind | undefined {
  return Object.hasOwn(writeKinds, method) ? writeKinds[method as keyof typeof writeKinds] : undefined;
}

const changing: ReadonlySet<RequestKind> = new Set([...Object.values(writeKinds), 'bulk']);

/** A filter for a name that is a GUID, which no userName and no displayName is. */
const probe = /^\s*(?:urn:[\w:.]+:)?(?:userName|displayName)\s+eq\s+"[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}"\s*$/i;
/** A filter for the value of one attribute, such as `externalId eq "1"` or `emails[type eq "work"].value eq "a@b.example"`. */
const equality = /^\s*[\w:.$-]+(?:\[[^\]]*\])?(?:\.\w+)?\s+eq\s+"(?:[^"\\]|\\.)*"\s*$/i;

/** True if requests of this kind change something. */
export function isChanging(kind: RequestKind): boolean {
  return changing.has(kind);
}

/**
 * Returns the kind of a request by its method and its route.
 *
 * @param found The number of resources that a search found; undefined for any other request, and for a refused search.
 * @param filter The filter of a search.
 */
export function kindOf(request: FastifyRequest, found: number | undefined, filter: string | undefined): RequestKind {
  if (request.is404) return 'unknown';
  const route = routeOf(request);
  if (route === '/Bulk') return 'bulk';
  if (route.endsWith('/.search')) return searchKind(found, filter);
  if (!isRead(request)) return writeKindOf(request.method) ?? 'unknown';
  if (/^\/(?:ServiceProviderConfig|ResourceTypes|Schemas)/.test(route)) return 'discovery';
  return route === '/Users' || route === '/Groups' || route === '/' ? searchKind(found, filter) : 'read';
}

/** Test Connection of Entra ID, and its later checks of the connection, search for a name that cannot exist. */
function searchKind(found: number | undefined, filter = ''): RequestKind {
  if (found === 0 && probe.test(filter)) return 'connectionTest';
  return equality.test(filter) ? 'find' : 'list';
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Returns the type of the resources of a request, by its route. */
export function resourceTypeOf(request: FastifyRequest): RequestSummary['resourceType'] {
  const route = routeOf(request);
  if (/^\/(?:Users|Me)\b/.test(route)) return 'User';
  if (route.startsWith('/Groups')) return 'Group';
  return route.startsWith('/Schemas') && !isRead(request) ? 'Schema' : undefined;
}

/** Returns the path of the route below the prefix of the SCIM server, such as `/Users/:id`; empty if there is no route. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url?.replace(SCIM_PREFIX, '') ?? '';
}
