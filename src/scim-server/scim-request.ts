import type { FastifyRequest } from 'fastify';
import type { Actor, RequestOrigin } from '#audit/event-types.ts';
import { authenticate, requireScim, type Principal } from '#admins/authenticate.ts';
import { assert } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import type { Caller, DirectoryDeps } from '#directory/stored.ts';
import { findIntegration, updateLastRequest, type Integration } from '#integrations/integration-store.ts';
import { detectClient } from '#scim/clients/detect-client.ts';
import { hasFlag, type Query } from './query.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; undefined until the credential was checked. */
    scimCaller: Caller | undefined;
  }

  interface FastifyContextConfig {
    /** Whether a user's own token is let in; nothing is open unless it says so. */
    openToUsers?: boolean;
  }
}

/** How exact "last request" is: each request would otherwise cost a write to the disk. */
export const LAST_REQUEST_PRECISION_MS = 60_000;

/** The caller of a request that passed the credential check. */
export function callerOf(request: FastifyRequest): Caller {
  assert(request.scimCaller, 'the credential was checked before the route');
  return request.scimCaller;
}

/**
 * Hop 1: finds out who sends a request, and by which integration's rules. The caller is set before the role is checked,
 * so that the refusal of a role is told to its organization.
 */
export async function identify(deps: DirectoryDeps, request: FastifyRequest): Promise<void> {
  const { key } = credentialOf(request);
  const principal = await authenticate(deps.database, deps.clock, key);
  const integration = await integrationOf(deps, principal);
  request.scimCaller = {
    rules: integration.rules,
    origin: {
      organizationId: principal.organizationId,
      actor: actorOf(principal, integration),
      // What users do is none of their integration's doing.
      integration: principal.user ? undefined : { id: integration.id, name: integration.name },
      request: requestOrigin(request),
    },
  };
  requireScim(principal, request.routeOptions.config.openToUsers === true);
  if (principal.user === null) await noteRequest(deps, request, integration);
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

/** What events tell about a request. */
export function requestOrigin(request: FastifyRequest): RequestOrigin {
  return {
    id: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    clientIp: request.ip,
    userAgent: request.headers['user-agent'],
    client: detectClient({ headers: request.headers, url: request.originalUrl, body: undefined }),
    authMethod: credentialOf(request).authMethod,
  };
}

/** The guide's Secret Token comes as a bearer token; clients of the original directory send x-api-key. */
function credentialOf(request: FastifyRequest): { key: string | undefined; authMethod: RequestOrigin['authMethod'] } {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { key: bearer, authMethod: 'bearer' };
  const header = request.headers['x-api-key'];
  return { key: typeof header === 'string' ? header : undefined, authMethod: 'x-api-key' };
}

/** A key that is bound to no integration drives the organization's first one. */
async function integrationOf(deps: DirectoryDeps, principal: Principal): Promise<Integration> {
  const integration = await findIntegration(deps.database, principal.organizationId, principal.integrationId);
  assert(integration, 'every organization has an integration');
  return integration;
}

async function noteRequest(deps: DirectoryDeps, request: FastifyRequest, integration: Integration): Promise<void> {
  const flagged = hasFlag(request.query as Query);
  const now = deps.clock.now();
  const { lastRequestAt, lastRequestFlagged } = integration;
  const recent = lastRequestAt !== null && now.getTime() - lastRequestAt.getTime() < LAST_REQUEST_PRECISION_MS;
  if (recent && lastRequestFlagged === flagged) return;
  await updateLastRequest(deps.database, integration.id, now, flagged).catch((error: unknown) => {
    // A note for people: a busy disk must not fail a request that only reads.
    request.log.warn({ err: error }, 'the last request could not be noted');
  });
}
