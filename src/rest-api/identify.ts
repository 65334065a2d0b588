import type { FastifyRequest } from 'fastify';
import { identifySender, type Sender } from '#access/sender.ts';
import { narrowed, requireAccess } from '#admins/authenticate.ts';
import { findLinks } from '#admins/administrator-link-store.ts';
import { permissionsOf, type Permission } from '#admins/roles.ts';
import type { Origin } from '#audit/event-types.ts';
import { pageUrlOf } from '#accounts/account.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { scopeTo } from '#database/database.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import { findOrganization } from '#organizations/organization-store.ts';
import type { Identity, RestServices } from './context.ts';
import type { Route } from './route.ts';

/** Receives the origin of a request as soon as its sender is known, so that a later refusal is recorded in the organization's event log. */
export interface OriginHolder {
  origin: Origin | undefined;
}

/** Paths that are open before a required second factor is set up. They set up a factor, or return the signed-in account. */
const factorPaths = /^\/api\/(auth\/|portal\/(totp|passkeys|session$))/;

/**
 * Identifies the sender of a request and the organization that it is for, and checks that the route is open to the sender. Sets
 * `found.origin` as soon as the organization is known. Throws the errors of `identifySender`, `roleForbidden` (403), and for x-org-id
 * `organizationUnsupported`, `organizationMismatch`, `organizationUnclear` and `notFound`.
 */
export async function identify(
  services: RestServices,
  request: FastifyRequest,
  route: Route,
  found: OriginHolder,
): Promise<Identity> {
  return await identifySender(request, {
    tenants: services.tenants,
    changes: request.method !== 'GET' && request.method !== 'HEAD',
    cookiesOf: pageUrlOf(services.accounts),
    mayEnroll: factorPaths.test(route.path),
    pushed: undefined,
    isBackground: route.isBackground === true,
    onFound: (origin) => {
      found.origin = origin;
    },
    authorize: async (sender) => {
      const home = await homeOf(services, sender);
      const identity = await inOrganization(services, request, route, home);
      found.origin = identity.caller.origin;
      requireOpen(identity, route);
      return identity;
    },
  });
}

async function homeOf(services: RestServices, { access, principal, origin }: Sender): Promise<Identity> {
  const { credential, keyId, expiresAt } = principal;
  return {
    principal,
    organizationId: principal.organizationId,
    permissions: principal.administrator?.permissions ?? new Set<Permission>(),
    role: principal.administrator?.role ?? '',
    caller: directoryCaller(origin),
    deps: {
      ...services.accounts,
      ...access.deps,
      requestKey: credential === 'session' ? undefined : { id: keyId, expiresAt },
      database: scopeTo(access.deps.database, principal.organizationId),
      schemas: await access.schemas.of(principal.organizationId),
    },
  };
}

/** Returns the identity in the organization that x-org-id names, with the role that the administrator has there. */
async function inOrganization(
  services: RestServices,
  request: FastifyRequest,
  route: Route,
  home: Identity,
): Promise<Identity> {
  const header = request.headers['x-org-id'] ?? organizationInQuery(request, route);
  const { administrator } = home.principal;
  if (header !== undefined && (route.takesOrganization === false || administrator === null)) {
    throw new AppError(
      'organizationUnsupported',
      `${route.method} ${route.path} does not accept x-org-id: leave the header out.`,
    );
  }
  const wanted = typeof header === 'string' ? header.toLowerCase() : undefined;
  if (wanted !== undefined && !/^[0-9a-f]{24}$/.test(wanted)) {
    throw new AppError('organizationMismatch', `x-org-id ${quote(header)} is malformed: an id has 24 hex digits.`);
  }
  if (administrator === null || route.takesOrganization === false) return home;
  const links = await findLinks(home.deps.database, administrator.id);
  if (wanted === undefined) {
    if (links.length === 0) return home;
    throw new TranslatedError('organizationUnclear', ({ admin }) => admin.organizations.unclear(links.length + 1));
  }
  requireSamePath(request, route, wanted);
  if (wanted === home.organizationId) return home;
  const link = links.find((one) => one.organizationId === wanted);
  const access = link && (await services.tenants.accessTo(wanted));
  if (link === undefined || access === undefined || !(await findOrganization(access.deps.database, wanted))) {
    throw new TranslatedError('notFound', ({ admin }) => admin.organizations.notYours(quote(header)), {
      attribute: 'x-org-id',
      value: header,
    });
  }
  return {
    ...home,
    organizationId: wanted,
    permissions: narrowed(permissionsOf(link.role), home.principal.scopes),
    role: link.role,
    caller: directoryCaller({ ...home.caller.origin, organizationId: wanted }),
    deps: {
      ...services.accounts,
      ...access.deps,
      // The key may be in another database: keep its expiry, but do not look the key up.
      requestKey: home.deps.requestKey && { ...home.deps.requestKey, id: null },
      database: scopeTo(access.deps.database, wanted),
      schemas: await access.schemas.of(wanted),
    },
  };
}

/** Returns the query parameter x-org-id, for a route that accepts it; undefined for any other route. */
function organizationInQuery({ query }: FastifyRequest, route: Route): string | undefined {
  const value = route.organizationInQuery === true && isObject(query) ? query['x-org-id'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Throws `organizationMismatch` if the path names an organization other than the one in x-org-id. */
function requireSamePath(request: FastifyRequest, route: Route, wanted: string): void {
  if (!route.path.startsWith('/api/organizations/:id')) return;
  const { id } = request.params as { id?: string };
  if (id?.toLowerCase() === wanted) return;
  throw new AppError(
    'organizationMismatch',
    `x-org-id is ${quote(wanted)}, but the path names ${quote(id)}: both must be equal.`,
  );
}

function requireOpen(identity: Identity, route: Route): void {
  const { principal } = identity;
  if (route.access === 'user') {
    if (principal.user !== null && principal.credential === 'session') return;
    throw new AppError('roleForbidden', 'This route is only for users who are signed in to their portal.');
  }
  if (principal.administrator === null) {
    if (principal.user === null) throw refusal('tokenForScimOnly', {}, { attribute: 'role' });
    throw new TranslatedError('roleForbidden', ({ admin }) => admin.users.notAdministrator, {
      attribute: 'role',
    });
  }
  if (route.access === 'administrator' || route.access === 'anyone') return;
  if (route.access === 'session') {
    if (principal.credential === 'session') return;
    throw new AppError(
      'roleForbidden',
      'This route is only for administrators who are signed in: a key must not change how its owner signs in.',
    );
  }
  requirePermission(identity, route.access);
}

/** Throws `roleForbidden` (403) if the administrator's role in the organization does not have a permission. */
export function requirePermission({ principal, permissions, role }: Identity, permission: Permission): void {
  const administrator = principal.administrator && { ...principal.administrator, permissions, role };
  requireAccess({ ...principal, administrator }, { openToUsers: false, permission });
}
