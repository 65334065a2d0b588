import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tenants } from '#access/tenants.ts';
import { AppError, quote } from '#base/errors.ts';
import { detectClient } from '#scim/clients/detect-client.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { answerError } from './scim-error.ts';
import { identify } from './scim-request.ts';

const endpoints = 'Users|Groups|Schemas|ResourceTypes|ServiceProviderConfig|Bulk|Me';
/** An endpoint of SCIM, with an id or `.search` behind it or not, at the end of a path. */
const endpointPath = new RegExp(String.raw`/(?:(?:${endpoints})(?:/[^/]+)?|\.search)/?$`, 'i');
const doubledPath = new RegExp(`/(?:${endpoints})/(?:${endpoints})(?:/|$)`, 'i');
const scimPath = /\/\.?scim(?:[/.-]|$)/i;

/** True if an endpoint is in the path twice: the Tenant URL that the client was given ends in /Users. */
export function isDoubled(path: string): boolean {
  return doubledPath.test(path);
}

/**
 * True if a request to an address that does not exist was meant for SCIM: its path has an endpoint of SCIM at its end or a
 * segment that begins with scim, its media type is that of SCIM, or its client is one that provisions.
 */
export function looksLikeScim(
  { url, headers, originalUrl }: FastifyRequest,
  isRestPath: (path: string) => boolean,
): boolean {
  const path = url.split('?', 1)[0] ?? '';
  if (scimPath.test(path) || /\bscim\+json\b/i.test(`${headers['content-type']} ${headers.accept}`)) return true;
  if (detectClient({ headers, url: originalUrl, body: undefined }) !== undefined) return true;
  // The REST API has /api/users, too.
  return endpointPath.test(path) && !isRestPath(path);
}

/** What a client reads that was given another Tenant URL. */
export function wrongTenantUrl(path: string, tenantUrl: string): AppError {
  return new AppError(
    'routeNotFound',
    `There is nothing at ${quote(path)}. In Entra ID (Provisioning, Admin Credentials), enter exactly ${tenantUrl}/?aadOptscim062020 as the Tenant URL; in any other SCIM client, enter ${tenantUrl} as the base URL. /Users, /Groups, /Schemas, /ResourceTypes and /ServiceProviderConfig come directly behind /scim/v2.`,
    { attribute: 'path', value: path },
  );
}

export interface WrongTenantUrlOptions {
  readonly deps: DirectoryDeps;
  readonly tenants: Tenants;
  readonly tenantUrl: string;
}

/** Answers a request whose Tenant URL is wrong as SCIM does, and leaves an event where the key is one of an organization. */
export async function answerWrongTenantUrl(
  { deps, tenants, tenantUrl }: WrongTenantUrlOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Whatever is wrong with the key as well: the address comes first.
  await identify(tenants, request).catch(() => undefined);
  reply.header('x-request-id', request.id);
  return await answerError(deps, wrongTenantUrl(request.url.split('?', 1)[0] ?? '', tenantUrl), request, reply);
}
