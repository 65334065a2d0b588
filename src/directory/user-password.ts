import { DAY_MS } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { requirePassword } from '#organizations/password-policy.ts';
import type { Settings } from '#organizations/settings.ts';
import { emailValues, readText } from './attribute-contract.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { isPasswordManaged } from './system-user.ts';
import { findUserSecurity } from './user-security-store.ts';

/** A new password of a user, and the document of the user after the change. */
interface Sent {
  readonly organizationId: string;
  readonly password: string | undefined;
  readonly document: JsonObject;
}

/** Checks and hashes a new password. Returns null if no password was sent. Throws `passwordPolicy` (400). */
export async function newPasswordHash(deps: DirectoryDeps, sent: Sent): Promise<string | null> {
  const { organizationId, password, document } = sent;
  if (password === undefined) return null;
  const names = [readText(document, ['userName']) ?? '', ...emailValues(document)];
  requirePassword(await findSettings(deps.database, organizationId), password, names);
  return await hashPassword(password, deps.passwordCost);
}

/**
 * Returns the hash to store when a user is changed; undefined if no password was sent, or if the current password was sent. The
 * current password is not checked against the policy, so that a source can send it again after the policy became stricter. Throws
 * `passwordPolicy` (400).
 */
export async function changedPasswordHash(
  deps: DirectoryDeps,
  current: string | null,
  sent: Sent,
): Promise<string | undefined> {
  const { password } = sent;
  if (password === undefined) return undefined;
  if (current !== null && (await verifyPassword(password, current))) return undefined;
  return (await newPasswordHash(deps, sent)) ?? undefined;
}

/** Throws `passwordManaged` (403) if the source of the user manages the password. */
export function requireUnmanaged(user: StoredUser, settings: Settings): void {
  if (!isPasswordManaged(user, settings)) return;
  throw new TranslatedError('passwordManaged', ({ password }) => password.managed);
}

/** Throws `passwordPolicy` (400) if the user changed the password too recently. An expired password can always be changed. */
export async function requireOldEnough(deps: DirectoryDeps, user: StoredUser, settings: Settings): Promise<void> {
  if (settings.passwordMinAgeDays === 0 || user.passwordExpired) return;
  const security = await findUserSecurity(deps.database, user.id);
  const from = new Date((security?.password_changed_at ?? 0) + settings.passwordMinAgeDays * DAY_MS);
  if (from <= deps.clock.now()) return;
  throw new TranslatedError('passwordPolicy', ({ password: words }) => words.tooSoon(from.toISOString()), {
    attribute: 'password',
  });
}

/** Throws `passwordPolicy` (400) if the password is one of the user's last N passwords. N is the setting passwordHistory. */
export async function requireUnused(
  deps: DirectoryDeps,
  user: StoredUser,
  settings: Settings,
  password: string,
): Promise<void> {
  const { passwordHistory } = settings;
  if (passwordHistory === 0) return;
  const security = await findUserSecurity(deps.database, user.id);
  const history: readonly string[] = JSON.parse(security?.password_history ?? '[]');
  for (const earlier of history.slice(0, passwordHistory)) {
    if (!(await verifyPassword(password, earlier))) continue;
    throw new TranslatedError(
      'passwordPolicy',
      ({ password: { must, musts } }) => must([musts.history(passwordHistory)], ''),
      { attribute: 'password' },
    );
  }
}
