import { findAccount, type AccountKind } from '#accounts/account.ts';
import { needsFactor } from '#accounts/account-session.ts';
import { findLinks } from '#admins/administrator-link-store.ts';
import type { Principal } from '#admins/authenticate.ts';
import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import type { TenantAccess, Tenants } from './tenants.ts';

const MINUTE_MS = 60_000;
/** How exact the last use of a session is, as a part of its idle time: each request would otherwise cost a write. */
const USE_PRECISION = 0.1;

/**
 * The settings of all organizations whose rules apply to a session: the one that its owner belongs to, first, and those that an
 * administrator is linked to. The strictest of them applies to every request. If it applied to requests for its own
 * organization alone, a request for another one would renew a session that has expired by it.
 */
export async function rulesOfSession(
  tenants: Tenants,
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

/** undefined for an organization that was removed, or whose database cannot be reached: requests for it are refused anyway. */
async function rulesOfLinked(tenants: Tenants, organizationId: string): Promise<Settings | undefined> {
  try {
    const { database } = (await tenants.accessTo(organizationId)).deps;
    const organization = await findOrganization(database, organizationId);
    return organization && (await findSettings(database, organizationId));
  } catch (error) {
    if (error instanceof AppError && ['notFound', 'unavailable'].includes(error.code)) return undefined;
    throw error;
  }
}

/** How long a session lasts without a request. */
export function idleMsOf({ administratorIdleMinutes, portalIdleMinutes }: Settings, kind: AccountKind): number {
  return (kind === 'administrator' ? administratorIdleMinutes : portalIdleMinutes) * MINUTE_MS;
}

/** The shortest idle time of the organizations whose rules apply to a session. */
export function strictestIdleMs(rules: readonly Settings[], { user }: Principal): number {
  return Math.min(...rules.map((settings) => idleMsOf(settings, user === null ? 'administrator' : 'user')));
}

/** How exactly the use of a session is noted, for an idle time. */
export function usePrecisionOf(idleMs: number, most: number): number {
  return Math.min(idleMs * USE_PRECISION, most);
}

/** Throws keyExpired (401) for a session without a request for too long. The last one was noted up to `precisionMs` early. */
export function requireFresh({ lastUsedAt }: Principal, idleMs: number, precisionMs: number, now: Date): void {
  if (lastUsedAt === null || now.getTime() - lastUsedAt <= idleMs + precisionMs) return;
  throw refusal('sessionIdle', { minutes: idleMs / MINUTE_MS });
}

/** Throws secondFactor (401) where one of the organizations requires a second factor that the session has not shown. */
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
