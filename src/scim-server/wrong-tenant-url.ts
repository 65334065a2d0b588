import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantRouter } from '#access/tenant-router.ts';
import { AppError, quote } from '#base/errors.ts';
import { detectClient } from '#scim/clients/detect-client.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { RequestRecord } from './request-record.ts';
import { answerError } from './scim-error.ts';
import { identify } from './scim-request.ts';

const endpoints = 'Users|Groups|Schemas|ResourceTypes|ServiceProviderConfig|Bulk|Me';
/** Matches a path that ends in a SCIM endpoint, with or without an id or `.search` after it. */
const endpointPath = new RegExp(String.raw`/(?:(?:${endpoints})(?:/[^/]+)?|\.search)/?$`, 'i');
const doubledPath = new RegExp(`/(?:${endpoints})/(?:${endpoints})(?:/|$)`, 'i');
const scimPath = /\/\.?scim(?:[/.-]|$)/i;

/** True if the path has an endpoint twice, which means that the Tenant URL in the client ends in an endpoint such as /Users. */
export function isDoubled(path: string): boolean {
  return doubledPath.test(path);
}

/**
 * True if a request to an unknown path was meant for SCIM: its path ends in a SCIM endpoint or has a segment that begins with scim,
 * its media type is that of SCIM, or its client is a known SCIM client.
 */
export function looksLikeScim(
  { url, headers, originalUrl }: FastifyRequest,
  isRestPath: (path: string) => boolean,
): boolean {
  const path = url.split('?', 1)[0] ?? '';
  if (scimPath.test(path) || /\bscim\+json\b/i.test(`${headers['content-type']} ${headers.accept}`)) return true;
  if (detectClient({ headers, url: originalUrl, body: undefined }) !== undefined) return true;
  // The REST API also has paths that end like a SCIM endpoint, for example /api/users.
  return endpointPath.test(path) && !isRestPath(path);
}

/** Returns the error for a client with a wrong Tenant URL. Its message names the right Tenant URL. */
export function wrongTenantUrl(path: string, tenantUrl: string): AppError {
  return new AppError(
    'routeNotFound',
    `There is nothing at ${quote(path)}. In Entra ID (Provisioning, Admin Credentials), enter exactly ${tenantUrl}/?aadOptscim062020 as the Tenant URL; in any other SCIM client, enter ${tenantUrl} as the base URL. /Users, /Groups, /Schemas, /ResourceTypes and /ServiceProviderConfig come directly after /scim/v2.`,
    { attribute: 'path', value: path },
  );
}

export interface WrongTenantUrlOptions {
  readonly deps: DirectoryDeps;
  readonly tenants: TenantRouter;
  readonly tenantUrl: string;
}

/** Responds to a request to a wrong Tenant URL with a SCIM error. Records an event if the key belongs to an organization. */
export async function answerWrongTenantUrl(
  { deps, tenants, tenantUrl }: WrongTenantUrlOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  request.scimRecord = new RequestRecord(request, reply);
  // Ignores an error about the key, because the URL has to be corrected first.
  await identify(tenants, request).catch(() => undefined);
  reply.header('x-request-id', request.id);
  return await answerError(deps, wrongTenantUrl(request.url.split('?', 1)[0] ?? '', tenantUrl), request, reply);
}
