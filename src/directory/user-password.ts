import type { JsonObject } from '#base/json.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { requirePassword } from '#organizations/password-policy.ts';
import { emailValues, readText } from './attribute-contract.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import type { DirectoryDeps } from './stored.ts';

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
  return await hashPassword(password);
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
