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
import type { TenantAccess, Tenants } from './tenants.ts';

/** Who sends a request, and where. */
export interface Sender {
  readonly access: TenantAccess;
  readonly principal: Principal;
  /** The integration whose rules apply to SCIM requests. */
  readonly integration: Integration;
  readonly credential: Credential;
  readonly origin: Origin;
}

/** What differs between the faces that identify a sender: everything else is checked alike. */
export interface Face<Result> {
  readonly tenants: Tenants;
  /** Whether the request changes something. */
  readonly changes: boolean;
  /** The pages whose cookies are accepted; undefined where cookies are not. */
  readonly cookiesOf: PageUrl | undefined;
  /** Whether the route is one by which a second factor is set up. */
  readonly mayEnroll: boolean;
  /** For SCIM: whether the Tenant URL has Entra's flag. The integration is then noted as used, too. */
  readonly pushed: { readonly flagged: boolean } | undefined;
  /** Called as soon as the organization is known, so that a refusal leaves an event there. */
  readonly onFound: (origin: Origin, access: TenantAccess) => void;
  /** Decides whether the route is open to the sender, and throws where it is not. */
  readonly authorize: (sender: Sender) => Promise<Result>;
}

/**
 * The one identification of all interfaces: the credential, the origin of a cookie's request, expiry, owner and addresses, the
 * idle time of a session, and the second factor that it must have. Returns what `authorize` answers. Throws the errors of
 * `authenticate`, crossOrigin (403), keyExpired and secondFactor (401), and those of `authorize`.
 */
export async function identifySender<Result>(request: FastifyRequest, face: Face<Result>): Promise<Result> {
  const sender = await findSender(request, face);
  const { access, principal } = sender;
  const isSession = principal.credential === 'session';
  const rules = isSession ? await rulesOfSession(face.tenants, access, principal) : [];
  if (isSession) requireInUse(principal, rules, access.deps.clock.now());
  const result = await face.authorize(sender);
  if (isSession && !face.mayEnroll) await requireFactor(access.deps, principal, rules);
  await noteUse(request, sender, face.pushed, isSession ? precisionOf(principal, rules) : undefined);
  return result;
}

async function findSender(
  request: FastifyRequest,
  { tenants, changes, cookiesOf, onFound }: Pick<Face<unknown>, 'tenants' | 'changes' | 'cookiesOf' | 'onFound'>,
): Promise<Sender> {
  const credential =
    cookiesOf === undefined
      ? { ...credentialOf(request), isCookie: false }
      : credentialOfBrowser(request, cookiesOf.url);
  if (changes && credential.isCookie && cookiesOf !== undefined) requireSameOrigin(request, cookiesOf);
  const unusable = credential.key === undefined ? unusableHeader(request) : undefined;
  const presented = { key: credential.key, clientIp: request.ip, unusable };
  const { access, result } = tenants.known(presented) ?? (await tenants.find(presented, changes));
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

function requireInUse(principal: Principal, rules: readonly Settings[], now: Date): void {
  requireFresh(principal, strictestIdleMs(rules, principal), precisionOf(principal, rules), now);
}

function precisionOf(principal: Principal, rules: readonly Settings[]): number {
  return usePrecisionOf(strictestIdleMs(rules, principal), LAST_USE_PRECISION_MS);
}

async function noteUse(
  { ip: clientIp, headers, log }: FastifyRequest,
  { access, principal, integration, origin }: Sender,
  pushed: Face<unknown>['pushed'],
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

/** The owner of a key that may no longer be used. */
export function staleActor({ kind, administrator, user, integrationId, ended }: KeyRecord): Actor {
  const owner = administrator ?? user;
  const name = owner?.name ?? ended?.ownerName ?? 'integration token';
  return { type: kind, id: owner?.id ?? integrationId, name };
}

/** The key, as the event of its refusal names it; undefined for a session. */
export function staleTarget({ id, name }: KeyRecord): EventTarget | undefined {
  return name === undefined ? undefined : { type: 'api_key', id, name };
}

/** Where a request with a key comes from that may no longer be used. */
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
