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
import type { Tenants, TenantAccess } from '#access/tenants.ts';
import { hasFlag, type Query } from './query.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; undefined until the credential was checked. */
    scimCaller: Caller | undefined;
    /** The database that the caller's organization is in; undefined until it is known. */
    scimAccess: TenantAccess | undefined;
    /** The schemas of the caller's organization. */
    scimSchemas: ResourceSchemas | undefined;
  }

  interface FastifyContextConfig {
    /** Whether a user's own token is let in; nothing is open unless it says so. */
    openToUsers?: boolean;
    /** Whether a session is let in; nothing but /Me is. */
    openToSessions?: boolean;
    /** Whether a request without any credential is accepted; one that has a credential needs a valid one. */
    openToAnyone?: boolean;
    /** What the role of a key must allow; `scim` unless it says so. */
    permission?: Permission;
  }
}

/** The caller of a request that passed the credential check. */
export function callerOf(request: FastifyRequest): Caller {
  assert(request.scimCaller, 'the credential was checked before the route');
  return request.scimCaller;
}

/** The directory as the caller's organization has it: with its own schemas, and with its own rows alone. */
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

/** True if the request has no credential, and its route asks for none. */
export function isOpen({ routeOptions, headers }: FastifyRequest): boolean {
  if (routeOptions.config.openToAnyone !== true) return false;
  return headers.authorization === undefined && headers['x-api-key'] === undefined;
}

/**
 * Hop 1: finds out who sends a request, and by which integration's rules. The caller is set before the role is checked,
 * so that its organization sees the refusal of a role.
 */
export async function identify(tenants: Tenants, request: FastifyRequest): Promise<void> {
  const { access, principal } = await identifySender(request, {
    tenants,
    changes: request.method !== 'GET' && request.method !== 'HEAD',
    cookiesOf: undefined,
    mayEnroll: false,
    pushed: { flagged: hasFlag(request.query as Query) },
    onFound: (_origin, found) => {
      request.scimAccess = found;
    },
    authorize: async (sender) => {
      request.scimCaller = callerFrom(sender);
      requireOpen(request, sender.principal);
      return sender;
    },
  });
  const { schemas } = access;
  request.scimSchemas = schemas.known(principal.organizationId) ?? (await schemas.of(principal.organizationId));
}

function callerFrom({ principal, integration, origin }: Sender): Caller {
  const { id, name } = integration;
  // What users do is not done by their integration.
  return { rules: integration.rules, origin: { ...origin, integration: principal.user ? undefined : { id, name } } };
}

/** Throws roleForbidden (403). A session opens /Me alone: everything else is for keys. */
function requireOpen(request: FastifyRequest, principal: Principal): void {
  const { openToUsers = false, openToSessions = false, permission = 'scim' } = request.routeOptions.config;
  if (principal.credential === 'session' && !openToSessions) {
    throw refusal('sessionOpensMe', {}, { attribute: 'role', value: 'session' });
  }
  requireAccess(principal, { openToUsers, permission });
}

/** Looks at the body for the client that its headers did not give away. */
export function identifyClient(request: FastifyRequest): void {
  const { scimCaller: caller } = request;
  const origin = caller?.origin.request;
  if (caller === undefined || origin === undefined || origin.client !== undefined || request.body === undefined) return;
  const client = detectClient({ headers: {}, url: '', body: request.body as JsonValue });
  if (client !== undefined) {
    request.scimCaller = { ...caller, origin: { ...caller.origin, request: { ...origin, client } } };
  }
}
