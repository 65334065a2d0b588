import { findAccount, type AccountKind } from '#accounts/account.ts';
import { needsFactor } from '#accounts/account-session.ts';
import type { Principal } from '#admins/authenticate.ts';
import { AppError } from '#base/errors.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { Settings } from '#organizations/settings.ts';

const MINUTE_MS = 60_000;
/** How exact the last use of a session is, as a part of its idle time: each request would otherwise cost a write. */
const USE_PRECISION = 0.1;

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
  throw new AppError(
    'keyExpired',
    `The session ended after ${idleMs / MINUTE_MS} minutes without a request. Sign in again.`,
  );
}

/** Throws secondFactor (401) where one of the organizations requires a second factor that the session has not shown. */
export async function requireFactor(
  deps: DirectoryDeps,
  principal: Principal,
  rules: readonly Settings[],
): Promise<void> {
  if (principal.authMethods.includes('mfa') || !(await isFactorNeeded(deps, principal, rules))) return;
  const place = principal.user === null ? 'auth' : 'portal';
  throw new AppError(
    'secondFactor',
    `Your account needs a second factor: set up an authenticator app (POST /api/${place}/totp) or a passkey first.`,
  );
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
