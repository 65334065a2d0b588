import type { FastifyRequest } from 'fastify';
import { credentialOf, requestOrigin } from '#access/request-origin.ts';
import type { Actor } from '#audit/event-types.ts';
import { requireAccess, type Principal } from '#admins/authenticate.ts';
import type { Permission } from '#admins/roles.ts';
import { assert } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { scopeTo } from '#database/database.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import type { Integration } from '#integrations/integration-store.ts';
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

/**
 * Hop 1: finds out who sends a request, and by which integration's rules. The caller is set before the role is checked,
 * so that the refusal of a role is told to its organization.
 */
export async function identify(tenants: Tenants, request: FastifyRequest): Promise<void> {
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const credential = credentialOf(request);
  const presented = { key: credential.key, clientIp: request.ip };
  const { access, result } = tenants.known(presented) ?? (await tenants.find(presented, changes));
  // Set first: the refusal of a key that may no longer be used is told to its organization.
  request.scimAccess = access;
  if (result instanceof Error) throw result;
  const { principal, integration } = result;
  const { credentials, schemas } = access;
  request.scimCaller = {
    rules: integration.rules,
    origin: {
      organizationId: principal.organizationId,
      actor: actorOf(principal, integration),
      // What users do is none of their integration's doing.
      integration: principal.user ? undefined : { id: integration.id, name: integration.name },
      request: requestOrigin(request, credential),
    },
  };
  const { openToUsers = false, permission = 'scim' } = request.routeOptions.config;
  requireAccess(principal, { openToUsers, permission });
  request.scimSchemas = schemas.known(principal.organizationId) ?? (await schemas.of(principal.organizationId));
  const flagged = hasFlag(request.query as Query);
  if (!credentials.isNoteDue(principal, integration, flagged)) return;
  const { client, userAgent } = request.scimCaller.origin.request ?? {};
  const use = { clientIp: request.ip, client: client ?? userAgent, flagged };
  await credentials.noteUse(principal, integration, use, request.log);
}

function actorOf({ administrator, user }: Principal, { id, name }: Integration): Actor {
  if (user !== null) return { type: 'user', id: user.id, name: user.name };
  if (administrator !== null) return { type: 'administrator', id: administrator.id, name: administrator.name };
  return { type: 'integration', id, name };
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
