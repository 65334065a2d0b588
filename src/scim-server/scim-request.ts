import type { FastifyRequest } from 'fastify';
import { identifySender, type Sender } from '#access/sender.ts';
import { requireAccess, type Principal } from '#admins/authenticate.ts';
import type { Permission } from '#admins/roles.ts';
import { assert } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { scopeTo } from '#database/database.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { detectClient } from '#scim/clients/detect-client.ts';
import type { TenantRouter, TenantAccess } from '#access/tenant-router.ts';
import { hasFlag, type Query } from './query.ts';
import { recordOf } from './request-record.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller; undefined until the credential has been checked. */
    scimCaller: Caller | undefined;
    /** The database of the caller's organization; undefined until it is known. */
    scimAccess: TenantAccess | undefined;
    /** The schemas of the caller's organization; undefined until they are loaded. */
    scimSchemas: ResourceSchemas | undefined;
  }

  interface FastifyContextConfig {
    /** True if the route accepts a user's own token; false by default. */
    openToUsers?: boolean;
    /** True if the route accepts a session; false by default. Only /Me does. */
    openToSessions?: boolean;
    /** True if the route accepts a request without a credential; false by default. A credential that is sent must be valid. */
    openToAnyone?: boolean;
    /** The permission that the role of the caller must have; `scim` by default. */
    permission?: Permission;
  }
}

/** Returns the caller of a request whose credential has been checked. */
export function callerOf(request: FastifyRequest): Caller {
  assert(request.scimCaller, 'the credential was checked before the route');
  return request.scimCaller;
}

/** Returns the dependencies of the directory for the caller's organization: its schemas, and access to only its rows. */
export function directoryOf(request: FastifyRequest): DirectoryDeps {
  const { scimAccess, scimSchemas } = request;
  assert(scimAccess && scimSchemas, 'the credential was checked before the route');
  const { deps } = scimAccess;
  return {
    ...deps,
    database: scopeTo(deps.database, callerOf(request).origin.organizationId),
    schemas: scimSchemas,
  };
}

/** True if the request has no credential and its route does not require one. */
export function isOpen({ routeOptions, headers }: FastifyRequest): boolean {
  if (routeOptions.config.openToAnyone !== true) return false;
  return headers.authorization === undefined && headers['x-api-key'] === undefined;
}

/**
 * Identifies the caller of a request and the integration whose rules apply. Sets the caller before checking the caller's role, so that
 * a refusal because of the role is recorded in the caller's organization.
 */
export async function identify(tenants: TenantRouter, request: FastifyRequest): Promise<void> {
  const { access, principal } = await identifySender(request, {
    tenants,
    changes: request.method !== 'GET' && request.method !== 'HEAD',
    cookiesOf: undefined,
    mayEnroll: false,
    isBackground: false,
    pushed: { flagged: hasFlag(request.query as Query) },
    onFound: (_origin, found) => {
      request.scimAccess = found;
    },
    authorize: async (sender) => {
      request.scimCaller = callerFrom(sender);
      recordOf(request).identify(sender.principal);
      requireOpen(request, sender.principal);
      return sender;
    },
  });
  const { schemas, settings } = access;
  request.scimSchemas = schemas.known(principal.organizationId) ?? (await schemas.of(principal.organizationId));
  recordOf(request).settings =
    settings.known(principal.organizationId) ?? (await settings.of(principal.organizationId));
}

function callerFrom({ principal, integration, origin }: Sender): Caller {
  const { id, name } = integration;
  // An administrator's key sends for an integration: its rules apply, and it owns what the request creates. A request of a user does not
  // count as a request of the integration.
  return { rules: integration.rules, origin: { ...origin, integration: principal.user ? undefined : { id, name } } };
}

/** Throws `roleForbidden` (403) if the route does not accept the credential. A session is accepted only at /Me. */
function requireOpen(request: FastifyRequest, principal: Principal): void {
  const { openToUsers = false, openToSessions = false, permission = 'scim' } = request.routeOptions.config;
  if (principal.credential === 'session' && !openToSessions) {
    throw refusal('sessionOpensMe', {}, { attribute: 'role', value: 'session' });
  }
  requireAccess(principal, { openToUsers, permission });
}

/** Detects the client product from the body, if the headers did not reveal the product. */
export function identifyClient(request: FastifyRequest): void {
  const { scimCaller: caller } = request;
  const origin = caller?.origin.request;
  if (caller === undefined || origin === undefined || origin.client !== undefined || request.body === undefined) return;
  const client = detectClient({ headers: {}, url: '', body: request.body as JsonValue });
  if (client !== undefined) {
    request.scimCaller = { ...caller, origin: { ...caller.origin, request: { ...origin, client } } };
  }
}
