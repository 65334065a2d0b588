import { fold } from '#base/fold.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { emailValues, readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';

/** The parts of a user that contain addresses. */
export type UserAddresses = Pick<StoredUser, 'document' | 'properties' | 'email'>;

/**
 * Returns, case-folded, the addresses to which the directory sends emails or with which the user signs in: the primary email address, the
 * alternate address, and the recovery address. Phone numbers are not included, because accounts are not recovered by phone.
 */
function contactAddresses({ email, properties }: UserAddresses): readonly string[] {
  return [email ?? '', alternateEmailOf(properties) ?? '', recoveryEmailOf(properties) ?? ''].map(fold);
}

/** True if the primary email address, the alternate address, or the recovery address changed, ignoring letter case. */
export function hasChangedContactAddresses(before: UserAddresses, after: UserAddresses): boolean {
  const wanted = contactAddresses(after);
  return contactAddresses(before).some((address, index) => address !== wanted[index]);
}

/** True if any address of the user changed: a contact address, any other email address, or a userName that is an email address. */
export function hasChangedAddresses(before: UserAddresses, after: UserAddresses): boolean {
  if (hasChangedContactAddresses(before, after)) return true;
  return addressKeys(before).symmetricDifference(addressKeys(after)).size > 0;
}

/** Returns every email address of a user, folded. */
export function addressKeys(user: UserAddresses): ReadonlySet<string> {
  const userName = readText(user.document, ['userName']) ?? '';
  const all = [...emailValues(user.document), userName.includes('@') ? userName : '', ...contactAddresses(user)];
  return new Set(all.map(fold).filter((address) => address !== ''));
}

/**
 * Returns the addresses to notify about a change to an account: the main address that the account had before the change, plus the alternate
 * and recovery addresses that the change removed.
 */
export function notificationAddresses(before: UserAddresses, after: UserAddresses): readonly string[] {
  const alternate = alternateEmailOf(before.properties);
  const recovery = recoveryEmailOf(before.properties);
  const kept = new Set([alternateEmailOf(after.properties), recoveryEmailOf(after.properties)]);
  const first = before.email ?? alternate ?? recovery;
  const removed = [alternate, recovery].filter((address) => !kept.has(address));
  return [...new Set([first, ...removed].filter((address) => address !== undefined))];
}

/** True if there is an address for an activation email. */
export function hasMailAddress({ email, properties }: UserAddresses): boolean {
  return email !== null || alternateEmailOf(properties) !== undefined;
}

export function alternateEmailOf(properties: JsonObject): string | undefined {
  const { alternateEmail } = properties;
  return typeof alternateEmail === 'string' && alternateEmail !== '' ? alternateEmail : undefined;
}

function recoveryEmailOf({ recoveryEmail }: JsonObject): string | undefined {
  const address = isObject(recoveryEmail) ? recoveryEmail['address'] : undefined;
  return typeof address === 'string' && address !== '' ? address : undefined;
}
