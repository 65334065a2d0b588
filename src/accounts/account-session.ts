import { updateAdministratorSecurity } from '#admins/administrator-store.ts';
import { newToken } from '#admins/api-key.ts';
import { insertSession } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findUserSecurity } from '#directory/user-security-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { lockAccount, ownOrigin, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { isLocked, recordAttempt, resetFailures } from './lockout.ts';

/** Maximum lifetime of a session, however often it is used. */
const SESSION_DAYS_MAX = 7;

export interface SignedIn {
  readonly account: Account;
  readonly token: string;
  readonly expiresAt: Date;
  /** How the account was authenticated (RFC 8176), such as `pwd` and `otp`. */
  readonly authMethods: readonly string[];
}

/** Why an account cannot sign in now. */
export type SignInBlock = 'locked' | 'suspended' | 'staged' | 'expired';

/** Returns why an account cannot sign in even with the right credentials; undefined if it can. */
export function signInBlockOf(deps: AccountDeps, account: Account, settings: Settings): SignInBlock | undefined {
  if (isLocked(deps, account, settings)) return 'locked';
  if (account.kind === 'administrator') return account.suspended ? 'suspended' : undefined;
  if (account.user.state !== 'ACTIVATED') return account.user.state === 'STAGED' ? 'staged' : 'suspended';
  return isExpired(deps, account, settings) ? 'expired' : undefined;
}

/** True as soon as the password has expired, even if maintenance has not marked it as expired yet. */
export function isExpired({ clock }: AccountDeps, account: Account & { kind: 'user' }, settings: Settings): boolean {
  const { user, passwordChangedAt } = account;
  if (user.passwordExpired) return true;
  if (settings.passwordExpirationDays === 0 || passwordChangedAt === null) return false;
  if (user.properties['password_never_expires'] === true) return false;
  return passwordChangedAt + settings.passwordExpirationDays * DAY_MS <= clock.now().getTime();
}

/** Opens a session for an account that has authenticated. `account` is what `lockAccount` returned in the same transaction. */
export async function openSession(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  how: { readonly request: RequestOrigin; readonly methods: readonly string[] },
): Promise<SignedIn> {
  const { request, methods } = how;
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS_MAX * DAY_MS);
  const token = newToken('session');
  const origin = ownOrigin(account, request);
  await insertSession(transaction, deps.clock, {
    organizationId: account.organizationId,
    owner:
      account.kind === 'user'
        ? { kind: 'user', userId: account.id }
        : { kind: 'administrator', administratorId: account.id },
    token,
    expiresAt,
    clientIp: request.clientIp,
    userAgent: request.userAgent,
    authMethods: methods,
  });
  await resetFailures(deps, transaction, account, origin);
  if (account.kind === 'administrator') {
    await updateAdministratorSecurity(transaction, account.id, { last_login_at: now.getTime() });
  }
  await recordEvent(transaction, deps.clock, origin, {
    type: account.kind === 'user' ? 'user_login_attempt' : 'admin_login_attempt',
    target: targetOfAccount(account),
    changes: [{ field: 'auth_methods', from: null, to: methods }],
  });
  return { account, token, expiresAt, authMethods: methods };
}

/**
 * Signs in an account whose credential can be used once, such as a passkey's response or a code. `use` marks the credential as used, in the
 * same transaction, and throws if it was used before. `refusal` returns why the credential does not sign in an account.
 *
 * Returns undefined if the account is blocked or refused. The event log has the reason, and the credential is used: the transaction is not
 * rolled back.
 */
export async function openUnlessBlocked(
  deps: AccountDeps,
  before: Account,
  how: {
    readonly request: RequestOrigin;
    readonly methods: readonly string[];
    readonly use: (transaction: Database, account: Account) => Promise<void>;
    readonly refusal?: (account: Account) => string | undefined;
    readonly onOpened?: (transaction: Database) => Promise<void>;
  },
): Promise<SignedIn | undefined> {
  const { request, methods, use, refusal, onOpened } = how;
  return await inTransaction(deps.database, async (transaction) => {
    const account = await lockAccount(transaction, before);
    await use(transaction, account);
    const block = signInBlockOf(deps, account, await findSettings(transaction, account.organizationId));
    const why = refusal?.(account) ?? (block && `the account is ${block}`);
    if (why !== undefined) {
      await recordAttempt(deps, transaction, account, request, why);
      return undefined;
    }
    await onOpened?.(transaction);
    return await openSession(deps, transaction, account, { request, methods });
  });
}

/** True if an account must currently have a second factor, by its own settings or by the settings of the organization. */
export async function needsFactor(
  deps: Pick<AccountDeps, 'database' | 'clock'>,
  account: Account,
  settings: Settings,
): Promise<boolean> {
  if (account.kind === 'administrator') return account.mfaRequired || settings.requireAdministratorMfa;
  if (account.user.properties['enable_user_portal_multifactor'] !== true) return false;
  const excludedUntil = (await findUserSecurity(deps.database, account.id))?.mfa_exclusion_until ?? 0;
  return excludedUntil <= deps.clock.now().getTime();
}
