import type { Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import type { Rules } from '#integrations/rules.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import type { PasswordCost } from './password-hash.ts';

/** What every function of the directory needs. */
export interface DirectoryDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Those of the organization at hand. */
  readonly schemas: ResourceSchemas;
  /** What hashing a password costs; without it, what it costs in production. Only tests set another value. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Digests the values that are never returned: documents hold no secret in clear text. */
  readonly secrets: SecretBox;
  /** Writes to a user who is new or was activated, if that is wanted; in the transaction of the change. */
  readonly welcome?:
    | ((transaction: Database, caller: Caller, user: StoredUser, reason: 'created' | 'activated') => Promise<void>)
    | undefined;
  /** Writes to a user whose password or addresses changed, at the addresses from before; in the transaction of the change. */
  readonly accountChanged?:
    | ((transaction: Database, caller: Caller, change: AccountChange) => Promise<void>)
    | undefined;
  /** Writes to a user whose SSH keys changed; in the transaction of the change. */
  readonly sshKeyChanged?:
    | ((transaction: Database, origin: Origin, user: StoredUser, change: SshKeyChange) => Promise<void>)
    | undefined;
}

/** One SSH key that was added to a user or removed. */
export interface SshKeyChange {
  readonly name: string;
  readonly isAdded: boolean;
}

/** Who asks, and by which rules. */
export interface Caller {
  readonly origin: Origin;
  readonly rules: Rules;
}

/** A change of how a user is reached or signs in. */
export interface AccountChange {
  readonly before: StoredUser;
  readonly after: StoredUser;
  readonly isNewPassword: boolean;
}

/** A resource as a client sent it, in canonical form. */
export interface Submitted {
  readonly document: JsonObject;
  readonly ignored: readonly IgnoredAttribute[];
  /** Attributes of extensions that were written without their URN, and are answered so as well. */
  readonly unqualified?: readonly string[];
  /** What SCIM has no attribute for, by the original directory's names. */
  readonly properties?: JsonObject | undefined;
  /** Without it the rules say which. */
  readonly state?: UserState | undefined;
  /** Without it the user comes from SCIM. */
  readonly creationSource?: string | undefined;
  /** Of a password that was checked already, before the transaction: hashing takes its time. */
  readonly passwordHash?: string | undefined;
  /** The id that a new resource is to have, because others of the same bulk request refer to it already. */
  readonly newId?: string | undefined;
}

export type UserState = 'STAGED' | 'ACTIVATED' | 'SUSPENDED';

interface StoredResource {
  readonly id: string;
  readonly organizationId: string;
  readonly integrationId: string | null;
  /** Where the resource came from, such as `tanhua:scim`. */
  readonly creationSource: string;
  /** The canonical SCIM document, without what the directory computes. */
  readonly document: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly deletedAt: Date | null;
}

/** What an answer shows of a user: the document as the text that is stored, which few answers have to read. */
export interface ShownUser {
  readonly id: string;
  readonly documentText: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly state: UserState;
  readonly passwordExpired: boolean;
  /** Attributes of extensions that the source writes without their URN. */
  readonly unqualified: readonly string[];
  /** Whether it was a member of any group when it was read; undefined if that was not read. */
  readonly inGroups: boolean | undefined;
}

export interface StoredUser extends StoredResource, ShownUser {
  readonly userName: string;
  readonly username: string;
  readonly email: string | null;
  readonly passwordPending: boolean;
  readonly accountLocked: boolean;
  /** True while an administrator has not confirmed that an integration adopted the user. */
  readonly adoptionUnconfirmed: boolean;
  /** What SCIM has no attribute for, by the original directory's names. */
  readonly properties: JsonObject;
}

export interface StoredGroup extends StoredResource {
  readonly displayName: string;
  /** What SCIM has no attribute for, by the original directory's names. */
  readonly properties: JsonObject;
}

/** How long a deleted user can be restored, and a deleted group is kept. */
export const RESTORABLE_DAYS = 30;

/** The guide's `active`: not suspended, and the password not expired. */
export function isActive(user: Pick<StoredUser, 'state' | 'passwordExpired'>): boolean {
  return user.state !== 'SUSPENDED' && !user.passwordExpired;
}

/** The name by which a user is shown where others refer to it. */
export function displayNameOf(user: Pick<StoredUser, 'document' | 'userName'>): string {
  const { displayName } = user.document;
  return typeof displayName === 'string' ? displayName : user.userName;
}
