import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { describeEarlierPasswords, requirePassword } from '#organizations/password-policy.ts';
import type { Settings } from '#organizations/settings.ts';
import { emailValues, readText } from './attribute-contract.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { isPasswordManaged } from './system-user.ts';
import { findUserSecurity } from './user-security-store.ts';

/** The password that a user is to have, and the rest of the user as it will be then. */
interface Sent {
  readonly organizationId: string;
  readonly password: string | undefined;
  readonly document: JsonObject;
}

/** The hash of a password that is sent; null where none is. Throws passwordPolicy (400). */
export async function newPasswordHash(deps: DirectoryDeps, sent: Sent): Promise<string | null> {
  const { organizationId, password, document } = sent;
  if (password === undefined) return null;
  const names = [readText(document, ['userName']) ?? '', ...emailValues(document)];
  requirePassword(await findSettings(deps.database, organizationId), password, names);
  return await hashPassword(password, deps.passwordCost);
}

/**
 * The hash to store when a user is changed; undefined where no password is sent, or the one that there is: a policy that
 * was made stricter later must not keep a source from repeating itself.
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

/** Throws passwordManaged (403) for a user whose password is kept by the source. */
export function requireUnmanaged(user: StoredUser, settings: Settings): void {
  if (!isPasswordManaged(user, settings)) return;
  throw new AppError('passwordManaged', 'Your password is managed where your account comes from. Change it there.');
}

/** Throws passwordPolicy (400) for a user whose password is too new to be changed again. One that has expired never is. */
export async function requireOldEnough(deps: DirectoryDeps, user: StoredUser, settings: Settings): Promise<void> {
  if (settings.passwordMinAgeDays === 0 || user.passwordExpired) return;
  const security = await findUserSecurity(deps.database, user.id);
  const from = new Date((security?.password_changed_at ?? 0) + settings.passwordMinAgeDays * DAY_MS);
  if (from <= deps.clock.now()) return;
  throw new AppError('passwordPolicy', `The password can be changed again from ${from.toISOString()} on.`, {
    attribute: 'password',
  });
}

/** Throws passwordPolicy (400) for a password that the user had before, as far back as the organization looks. */
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
    const message = `The password must not be ${describeEarlierPasswords(passwordHistory)}.`;
    throw new AppError('passwordPolicy', message, { attribute: 'password' });
  }
}
