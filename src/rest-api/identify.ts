import type { FastifyRequest } from 'fastify';
import { LAST_USE_PRECISION_MS } from '#access/credentials.ts';
import { credentialOf, requestOrigin, type Credential } from '#access/request-origin.ts';
import type { TenantAccess } from '#access/tenants.ts';
import { findAccount, type AccountKind } from '#accounts/account.ts';
import { needsFactor } from '#accounts/account-session.ts';
import { narrowed, requireAccess, StaleKeyError, type Principal } from '#admins/authenticate.ts';
import { findLinks } from '#admins/administrator-link-store.ts';
import { permissionsOf, type Permission } from '#admins/roles.ts';
import type { KeyRecord } from '#admins/api-key-store.ts';
import type { Actor, Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { scopeTo } from '#database/database.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import type { Identity, RestServices } from './context.ts';
import type { Route } from './route.ts';

const MINUTE_MS = 60_000;
/** How exact the last use of a session is, as a part of the time that it lasts: each request would otherwise cost a write. */
const USE_PRECISION = 0.1;

/** The cookie of a session. By its prefix (RFC 6265bis §4.1.3.2) no other host of the domain can set it, where there is TLS. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-tanhua_session' : 'tanhua_session';
}

interface BrowserCredential extends Credential {
  /** Whether the browser adds it by itself, whoever made it send the request. */
  readonly isCookie: boolean;
}

/** The credential of a request: a header, as everywhere; a browser has a cookie instead. */
export function credentialOfBrowser(request: FastifyRequest, publicUrl: string): BrowserCredential {
  const sent = credentialOf(request);
  if (sent.key !== undefined) return { ...sent, isCookie: false };
  const key = cookieOf(request, sessionCookieName(publicUrl));
  return { key, authMethod: key === undefined ? 'none' : 'session', isCookie: key !== undefined };
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/**
 * A browser sends the cookie along with what other sites make it send, and takes the cookie that a sign-in answers: what
 * changes something must come from our pages. Throws crossOrigin (403).
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isSame =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
  if (isSame) return;
  throw new AppError(
    'crossOrigin',
    `The request comes from ${quote(origin ?? site)}, and the session is of ${publicUrl}.`,
  );
}

/** A request whose sender was found out, also where it is refused afterwards: so that its organization sees it. */
export interface Found {
  origin: Origin | undefined;
}

/**
 * Finds out who sends a request, for which organization, and whether the route is open to them. `found` is set as soon as
 * the organization is known. Throws the errors of `authenticate`, roleForbidden (403), and those of x-org-id.
 */
export async function identify(
  services: RestServices,
  request: FastifyRequest,
  route: Route,
  found: Found,
): Promise<Identity> {
  const publicUrl = services.accounts.publicUrl();
  const credential = credentialOfBrowser(request, publicUrl);
  const changes = request.method !== 'GET' || route.changes === true;
  if (changes && credential.isCookie) requireSameOrigin(request, publicUrl);
  const { access, result } = await services.tenants.find({ key: credential.key, clientIp: request.ip }, changes);
  if (result instanceof StaleKeyError) {
    found.origin = staleOrigin(result, request, credential);
    throw result;
  }
  const { principal } = result;
  const origin = originOf(principal, principal.organizationId, request, credential);
  found.origin = origin;
  // Of a key neither how long it was idle nor a second factor counts.
  const settings =
    principal.credential === 'session' ? await findSettings(access.deps.database, principal.organizationId) : undefined;
  await noteUse(access, request, principal, settings);
  const home: Identity = {
    principal,
    organizationId: principal.organizationId,
    permissions: principal.administrator?.permissions ?? new Set<Permission>(),
    role: principal.administrator?.role ?? '',
    caller: directoryCaller(origin),
    deps: {
      ...services.accounts,
      ...access.deps,
      database: scopeTo(access.deps.database, principal.organizationId),
      schemas: await access.schemas.of(principal.organizationId),
    },
  };
  const identity = await inOrganization(services, request, route, home, credential);
  found.origin = identity.caller.origin;
  requireOpen(identity, route);
  if (settings !== undefined) await requireFactor(home, route, settings);
  return identity;
}

/** Throws keyExpired (401) for a session that was idle for too long; notes the use of what is in use. */
async function noteUse(
  access: TenantAccess,
  { ip: clientIp, headers, log }: FastifyRequest,
  principal: Principal,
  settings: Settings | undefined,
): Promise<void> {
  const idleMs = settings && idleMsOf(settings, principal.user === null ? 'administrator' : 'user');
  const precisionMs = idleMs === undefined ? undefined : Math.min(idleMs * USE_PRECISION, LAST_USE_PRECISION_MS);
  if (idleMs !== undefined) requireFresh(principal, idleMs, precisionMs ?? 0, access.deps.clock.now());
  const use = { clientIp, client: headers['user-agent'], flagged: false, precisionMs };
  await access.credentials.noteUse(principal, undefined, use, log);
}

/** Where a second factor is set up, and who is signed in is told. */
const factorPaths = /^\/api\/(auth|portal)\/(totp|passkeys|session$)/;

/** Who must have a second factor sets it up before anything else. */
async function requireFactor({ principal, deps }: Identity, route: Route, settings: Settings): Promise<void> {
  const { administrator, user, credential, authMethods } = principal;
  if (credential !== 'session' || authMethods.includes('mfa')) return;
  if (factorPaths.test(route.path) || route.path.startsWith('/api/auth/')) return;
  const account =
    user === null ? undefined : await findAccount(deps.database, principal.organizationId, 'user', user.id);
  const isNeeded =
    account === undefined
      ? administrator?.mfaRequired === true || settings.requireAdministratorMfa
      : await needsFactor(deps, account, settings);
  if (!isNeeded) return;
  throw new AppError(
    'secondFactor',
    `Your account needs a second factor: set up an authenticator app (POST /api/${user === null ? 'auth' : 'portal'}/totp) or a passkey first.`,
  );
}

/** How long a session lasts without a request. */
export function idleMsOf({ administratorIdleMinutes, portalIdleMinutes }: Settings, kind: AccountKind): number {
  return (kind === 'administrator' ? administratorIdleMinutes : portalIdleMinutes) * MINUTE_MS;
}

/** Not before its time: the last request was noted up to `precisionMs` earlier than it came. */
function requireFresh({ lastUsedAt }: Principal, idleMs: number, precisionMs: number, now: Date): void {
  if (lastUsedAt === null || now.getTime() - lastUsedAt <= idleMs + precisionMs) return;
  throw new AppError(
    'keyExpired',
    `The session ended after ${idleMs / MINUTE_MS} minutes without a request. Sign in again.`,
  );
}

function originOf(
  principal: Principal,
  organizationId: string,
  request: FastifyRequest,
  credential: Credential,
): Origin {
  const { administrator, user } = principal;
  const actor =
    administrator !== null
      ? ({ type: 'administrator', id: administrator.id, name: administrator.name } as const)
      : user !== null
        ? ({ type: 'user', id: user.id, name: user.name } as const)
        : ({ type: 'integration', id: principal.integrationId, name: 'integration token' } as const);
  return { organizationId, actor, integration: undefined, request: requestOrigin(request, credential) };
}

/** Whose a key was that may no longer be used. */
export function staleActor({ kind, administrator, user, integrationId, ended }: KeyRecord): Actor {
  const owner = administrator ?? user;
  const name = owner?.name ?? ended?.ownerName ?? 'integration token';
  return { type: kind, id: owner?.id ?? integrationId, name };
}

function staleOrigin({ record }: StaleKeyError, request: FastifyRequest, credential: Credential): Origin {
  return {
    organizationId: record.organizationId,
    actor: staleActor(record),
    integration: undefined,
    request: requestOrigin(request, credential),
  };
}

/** The organization that x-org-id names, where the administrator works for several. */
async function inOrganization(
  services: RestServices,
  request: FastifyRequest,
  route: Route,
  home: Identity,
  credential: Credential,
): Promise<Identity> {
  const header = request.headers['x-org-id'];
  const { administrator } = home.principal;
  if (header !== undefined && (route.takesOrganization === false || administrator === null)) {
    throw new AppError('organizationUnsupported', `${route.method} ${route.path} takes no x-org-id: leave it away.`);
  }
  const wanted = typeof header === 'string' ? header.toLowerCase() : undefined;
  if (wanted !== undefined && !/^[0-9a-f]{24}$/.test(wanted)) {
    throw new AppError('organizationMismatch', `x-org-id ${quote(header)} is malformed: an id has 24 hex digits.`);
  }
  if (administrator === null || route.takesOrganization === false) return home;
  const links = await findLinks(home.deps.database, administrator.id);
  if (wanted === undefined) {
    if (links.length === 0) return home;
    throw new AppError(
      'organizationUnclear',
      `You work for ${links.length + 1} organizations: name one in the header x-org-id. GET /api/organizations lists them.`,
    );
  }
  requireSamePath(request, route, wanted);
  if (wanted === home.organizationId) return home;
  const link = links.find((one) => one.organizationId === wanted);
  const access = link && (await services.tenants.accessTo(wanted));
  if (link === undefined || access === undefined || !(await findOrganization(access.deps.database, wanted))) {
    throw new AppError('notFound', `There is no organization ${quote(header)} that you work for.`, {
      attribute: 'x-org-id',
      value: header,
    });
  }
  return {
    ...home,
    organizationId: wanted,
    permissions: narrowed(permissionsOf(link.role), home.principal.scopes),
    role: link.role,
    caller: directoryCaller(originOf(home.principal, wanted, request, credential)),
    deps: {
      ...services.accounts,
      ...access.deps,
      database: scopeTo(access.deps.database, wanted),
      schemas: await access.schemas.of(wanted),
    },
  };
}

/** Where the path names an organization, too, both must be the same. */
function requireSamePath(request: FastifyRequest, route: Route, wanted: string): void {
  if (!route.path.startsWith('/api/organizations/:id')) return;
  const { id } = request.params as { id?: string };
  if (id?.toLowerCase() === wanted) return;
  throw new AppError('organizationMismatch', `x-org-id is ${quote(wanted)}, and the path names ${quote(id)}.`);
}

function requireOpen(identity: Identity, route: Route): void {
  const { principal } = identity;
  if (route.access === 'user') {
    if (principal.user !== null && principal.credential === 'session') return;
    throw new AppError('roleForbidden', 'This is for users who signed in to their portal.');
  }
  if (principal.administrator === null) {
    throw new AppError(
      'roleForbidden',
      principal.user === null
        ? 'The key is an integration token, which can do nothing but SCIM. Use an API key of an administrator.'
        : 'The token belongs to a user, who administers nothing.',
      { attribute: 'role' },
    );
  }
  if (route.access === 'administrator' || route.access === 'anyone') return;
  if (route.access === 'session') {
    if (principal.credential === 'session') return;
    throw new AppError(
      'roleForbidden',
      'This is for administrators who signed in: a key must not change how its owner signs in.',
    );
  }
  const { permissions, role } = identity;
  requireAccess(
    { ...principal, administrator: { ...principal.administrator, permissions, role } },
    { openToUsers: false, permission: route.access },
  );
}
