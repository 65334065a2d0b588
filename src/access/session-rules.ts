import { findAccount, type AccountKind } from '#accounts/account.ts';
import { needsFactor } from '#accounts/account-session.ts';
import { findLinks } from '#admins/administrator-link-store.ts';
import type { Principal } from '#admins/authenticate.ts';
import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { LAST_USE_PRECISION_MS } from './credentials.ts';
import type { TenantAccess, TenantRouter } from './tenant-router.ts';

const MINUTE_MS = 60_000;
/** The precision of a session's last use, as a fraction of its idle time. A finer precision would cost a write for each request. */
const USE_PRECISION = 0.1;

/**
 * Returns the settings of all organizations whose rules apply to a session: first those of the owner's organization, then those of
 * the organizations that an administrator is linked to. The strictest rule applies to every request. If each rule applied only to
 * requests for its own organization, a request for another organization would renew a session that the rule has already ended.
 */
export async function rulesOfSession(
  tenants: TenantRouter,
  { deps: { database } }: Pick<TenantAccess, 'deps'>,
  { organizationId, administrator }: Pick<Principal, 'organizationId'> & { readonly administrator: OwnerId | null },
): Promise<readonly Settings[]> {
  const home = await findSettings(database, organizationId);
  const links = administrator === null ? [] : await findLinks(database, administrator.id);
  const linked = await Promise.all(links.map((link) => rulesOfLinked(tenants, link.organizationId)));
  return [home, ...linked.flatMap((rules) => rules ?? [])];
}

interface OwnerId {
  readonly id: string;
}

/** Returns undefined if the organization was removed or its database is unreachable: requests for it are refused anyway. */
async function rulesOfLinked(tenants: TenantRouter, organizationId: string): Promise<Settings | undefined> {
  try {
    const { database } = (await tenants.accessTo(organizationId)).deps;
    const organization = await findOrganization(database, organizationId);
    return organization && (await findSettings(database, organizationId));
  } catch (error) {
    if (error instanceof AppError && ['notFound', 'unavailable'].includes(error.code)) return undefined;
    throw error;
  }
}

/** Returns the time without a request after which a session ends, in milliseconds. */
export function idleMsOf({ administratorIdleMinutes, portalIdleMinutes }: Settings, kind: AccountKind): number {
  return (kind === 'administrator' ? administratorIdleMinutes : portalIdleMinutes) * MINUTE_MS;
}

/** Returns the shortest idle time, in milliseconds, of the organizations whose rules apply to a session. */
export function strictestIdleMs(rules: readonly Settings[], { user }: Principal): number {
  return Math.min(...rules.map((settings) => idleMsOf(settings, user === null ? 'administrator' : 'user')));
}

/** Returns the precision, in milliseconds, with which the use of a session with this idle time is recorded. */
export function usePrecisionOf(idleMs: number, precisionMaxMs: number): number {
  return Math.min(idleMs * USE_PRECISION, precisionMaxMs);
}

/**
 * Throws `keyExpired` (401) if a session has had no request for longer than its idle time. Its last request may be up to
 * `precisionMs` later than `lastUsedAt` says.
 */
export function requireFresh({ lastUsedAt }: Principal, idleMs: number, precisionMs: number, now: Date): void {
  if (lastUsedAt === null || now.getTime() - lastUsedAt <= idleMs + precisionMs) return;
  throw refusal('sessionIdle', { minutes: idleMs / MINUTE_MS });
}

/** Returns when a session ends if no further request uses it, in milliseconds since 1970. */
export async function endOfSession(
  tenants: TenantRouter,
  access: Pick<TenantAccess, 'deps'>,
  principal: Principal,
): Promise<number> {
  const { lastUsedAt, expiresAt } = principal;
  const idleMs = strictestIdleMs(await rulesOfSession(tenants, access, principal), principal);
  const idleAt = (lastUsedAt ?? Number.POSITIVE_INFINITY) + idleMs + usePrecisionOf(idleMs, LAST_USE_PRECISION_MS);
  return Math.min(idleAt, expiresAt ?? Number.POSITIVE_INFINITY);
}

/** Throws `secondFactor` (401) if one of the organizations requires a second factor and the session was created without one. */
export async function requireFactor(
  deps: DirectoryDeps,
  principal: Principal,
  rules: readonly Settings[],
): Promise<void> {
  if (principal.authMethods.includes('mfa') || !(await isFactorNeeded(deps, principal, rules))) return;
  throw refusal('factorNeeded', {});
}

async function isFactorNeeded(
  deps: DirectoryDeps,
  { administrator, user, organizationId }: Principal,
  rules: readonly Settings[],
): Promise<boolean> {
  if (user === null) {
    return administrator?.mfaRequired === true || rules.some(({ requireAdministratorMfa }) => requireAdministratorMfa);
  }
  const account = await findAccount(deps.database, organizationId, 'user', user.id);
  const [home] = rules;
  return account !== undefined && home !== undefined && (await needsFactor(deps, account, home));
}
