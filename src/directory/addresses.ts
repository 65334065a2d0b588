import { fold } from '#base/fold.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { emailValues, readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';

/** A user as far as its addresses go. */
export type Addressed = Pick<StoredUser, 'document' | 'properties' | 'email'>;

/**
 * Addresses that the directory writes to, or that a user signs in with: the primary e-mail, the alternate and the recovery
 * address, all folded. The directory does not recover accounts by phone, so phone numbers are not among them.
 */
function reachableAt({ email, properties }: Addressed): readonly string[] {
  return [email ?? '', alternateEmailOf(properties) ?? '', recoveryEmailOf(properties) ?? ''].map(fold);
}

/** True if mail to the user, or a sign-in, would use another address than before. */
export function isReachedElsewhere(before: Addressed, after: Addressed): boolean {
  const wanted = reachableAt(after);
  return reachableAt(before).some((address, index) => address !== wanted[index]);
}

/** True if any address of the user changed: those above, any other e-mail, or a userName that is an address. */
export function hasOtherAddresses(before: Addressed, after: Addressed): boolean {
  if (isReachedElsewhere(before, after)) return true;
  return addressKeys(before).symmetricDifference(addressKeys(after)).size > 0;
}

/** Every address of a user, folded. */
export function addressKeys(user: Addressed): ReadonlySet<string> {
  const userName = readText(user.document, ['userName']) ?? '';
  const all = [...emailValues(user.document), userName.includes('@') ? userName : '', ...reachableAt(user)];
  return new Set(all.map(fold).filter((address) => address !== ''));
}

/** Where the owner of an account reads about a change of it: the addresses that the user had before. */
export function notificationAddresses(before: Addressed, after: Addressed): readonly string[] {
  const alternate = alternateEmailOf(before.properties);
  const recovery = recoveryEmailOf(before.properties);
  const kept = new Set([alternateEmailOf(after.properties), recoveryEmailOf(after.properties)]);
  const first = before.email ?? alternate ?? recovery;
  const removed = [alternate, recovery].filter((address) => !kept.has(address));
  return [...new Set([first, ...removed].filter((address) => address !== undefined))];
}

export function alternateEmailOf(properties: JsonObject): string | undefined {
  const { alternateEmail } = properties;
  return typeof alternateEmail === 'string' && alternateEmail !== '' ? alternateEmail : undefined;
}

function recoveryEmailOf({ recoveryEmail }: JsonObject): string | undefined {
  const address = isObject(recoveryEmail) ? recoveryEmail['address'] : undefined;
  return typeof address === 'string' && address !== '' ? address : undefined;
}
