import type { FastifyRequest } from 'fastify';
import { StaleKeyError, type Principal } from '#admins/authenticate.ts';
import type { KeyRecord } from '#admins/key-record.ts';
import type { Actor, EventTarget, Origin } from '#audit/event-types.ts';
import type { Integration } from '#integrations/integration-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { credentialOfBrowser, requireSameOrigin, type PageUrl } from './browser-credential.ts';
import { LAST_USE_PRECISION_MS } from './credentials.ts';
import { credentialOf, requestOrigin, unusableHeader, type Credential } from './request-origin.ts';
import { requireFactor, requireFresh, rulesOfSession, strictestIdleMs, usePrecisionOf } from './session-rules.ts';
import type { TenantAccess, TenantRouter } from './tenant-router.ts';

/** The identified sender of a request, and the database that serves its organization. */
export interface Sender {
  readonly access: TenantAccess;
  readonly principal: Principal;
  /** The integration whose rules apply to SCIM requests. */
  readonly integration: Integration;
  readonly credential: Credential;
  readonly origin: Origin;
}

/** What differs between the interfaces (SCIM, REST, Graph) when they identify a sender. All other checks are the same. */
export interface IdentifyOptions<Result> {
  readonly tenants: TenantRouter;
  /** True if the request changes data. */
  readonly changes: boolean;
  /** The pages whose session cookies are accepted; undefined if the interface does not accept cookies. */
  readonly cookiesOf: PageUrl | undefined;
  /** True if the route sets up a second factor, so that the session need not have one yet. */
  readonly mayEnroll: boolean;
  /**
   * Set only for SCIM requests: `flagged` is true if the Tenant URL has Entra ID's flag `aadOptscim062020`. If `pushed` is set, the
   * time of the request is also recorded for the integration.
   */
  readonly pushed: { readonly flagged: boolean } | undefined;
  /** True if a browser may send the request without an action of its user, so that it does not count as use of a session. */
  readonly isBackground: boolean;
  /** Called as soon as the organization is known, so that a refusal is recorded as an event there. */
  readonly onFound: (origin: Origin, access: TenantAccess) => void;
  /** Throws if the sender may not use the route. */
  readonly authorize: (sender: Sender) => Promise<Result>;
}

/**
 * Identifies the sender of a request, for all interfaces. Checks the credential (its expiry, its owner, and the IP addresses that may
 * use it), the origin of a request with a cookie, and the idle time and second factor of a session. Returns the result of
 * `authorize`. Throws the errors of `authenticate` and of `authorize`, `crossOrigin` (403), `keyExpired` (401), and `secondFactor`
 * (401).
 */
export async function identifySender<Result>(
  request: FastifyRequest,
  options: IdentifyOptions<Result>,
): Promise<Result> {
  const sender = await findSender(request, options);
  const { access, principal } = sender;
  const isSession = principal.credential === 'session';
  const rules = isSession ? await rulesOfSession(options.tenants, access, principal) : [];
  if (isSession) requireNotIdle(principal, rules, access.deps.clock.now());
  const result = await options.authorize(sender);
  if (isSession && !options.mayEnroll) await requireFactor(access.deps, principal, rules);
  if (isSession && options.isBackground) return result;
  await noteUse(request, sender, options.pushed, isSession ? precisionOf(principal, rules) : undefined);
  return result;
}

async function findSender(
  request: FastifyRequest,
  {
    tenants,
    changes,
    cookiesOf,
    onFound,
  }: Pick<IdentifyOptions<unknown>, 'tenants' | 'changes' | 'cookiesOf' | 'onFound'>,
): Promise<Sender> {
  const credential =
    cookiesOf === undefined
      ? { ...credentialOf(request), isCookie: false }
      : credentialOfBrowser(request, cookiesOf.url);
  if (changes && credential.isCookie && cookiesOf !== undefined) requireSameOrigin(request, cookiesOf);
  const unusable = credential.key === undefined ? unusableHeader(request) : undefined;
  const presented = { key: credential.key, clientIp: request.ip, unusable };
  const { access, result } = tenants.findCached(presented) ?? (await tenants.find(presented, changes));
  if (result instanceof StaleKeyError) {
    onFound(staleOrigin(result.record, request, credential), access);
    throw result;
  }
  const { principal, integration } = result;
  const origin = {
    organizationId: principal.organizationId,
    actor: actorOf(principal, integration),
    integration: undefined,
    request: requestOrigin(request, credential),
  };
  onFound(origin, access);
  return { access, principal, integration, credential, origin };
}

function requireNotIdle(principal: Principal, rules: readonly Settings[], now: Date): void {
  requireFresh(principal, strictestIdleMs(rules, principal), precisionOf(principal, rules), now);
}

function precisionOf(principal: Principal, rules: readonly Settings[]): number {
  return usePrecisionOf(strictestIdleMs(rules, principal), LAST_USE_PRECISION_MS);
}

async function noteUse(
  { ip: clientIp, headers, log }: FastifyRequest,
  { access, principal, integration, origin }: Sender,
  pushed: IdentifyOptions<unknown>['pushed'],
  precisionMs: number | undefined,
): Promise<void> {
  const noted = pushed === undefined ? undefined : integration;
  const flagged = pushed?.flagged ?? false;
  if (!access.credentials.isNoteDue(principal, noted, flagged, precisionMs)) return;
  const client = pushed && origin.request?.client;
  const use = { clientIp, client: client ?? headers['user-agent'], flagged, precisionMs };
  await access.credentials.noteUse(principal, noted, use, log);
}

function actorOf({ administrator, user }: Principal, { id, name }: Integration): Actor {
  if (user !== null) return { type: 'user', id: user.id, name: user.name };
  if (administrator !== null) return { type: 'administrator', id: administrator.id, name: administrator.name };
  return { type: 'integration', id, name };
}

/** Returns the owner of a key that is no longer valid. */
export function staleActor({ kind, administrator, user, integrationId, ended }: KeyRecord): Actor {
  const owner = administrator ?? user;
  const name = owner?.name ?? ended?.ownerName ?? 'integration token';
  return { type: kind, id: owner?.id ?? integrationId, name };
}

/** Returns the target of the event that records the refusal of a key that is no longer valid; undefined for a session. */
export function staleTarget({ id, name }: KeyRecord): EventTarget | undefined {
  return name === undefined ? undefined : { type: 'api_key', id, name };
}

/** Returns the origin of a request whose key is no longer valid. */
export function staleOrigin(
  record: KeyRecord,
  request: FastifyRequest,
  credential: Credential = credentialOf(request),
): Origin {
  return {
    organizationId: record.organizationId,
    actor: staleActor(record),
    integration: undefined,
    request: requestOrigin(request, credential),
  };
}
