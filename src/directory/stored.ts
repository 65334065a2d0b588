import type { Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import type { RuleName, Rules } from '#integrations/rules.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import type { PasswordCost } from './password-hash.ts';

/** What the directory's functions need from their caller. */
export interface DirectoryDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** The schemas of the caller's organization. */
  readonly schemas: ResourceSchemas;
  /** The cost of password hashes; the production cost by default. Only tests set another value. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Digests the values that are never returned, so that documents contain no secrets in clear text. */
  readonly secrets: SecretBox;
  /** Queues a welcome email to a user who was created or activated, if the settings require it, in the transaction of the change. */
  readonly welcome?:
    | ((transaction: Database, caller: Caller, user: StoredUser, reason: 'created' | 'activated') => Promise<void>)
    | undefined;
  /** Queues an email about a changed password or address to the user's previous addresses, in the transaction of the change. */
  readonly accountChanged?:
    | ((transaction: Database, caller: Caller, change: AccountChange) => Promise<void>)
    | undefined;
  /** Queues an email to a user whose SSH keys changed, in the transaction of the change. */
  readonly sshKeyChanged?:
    | ((transaction: Database, origin: Origin, user: StoredUser, change: SshKeyChange) => Promise<void>)
    | undefined;
  /** Logs the SCIM request of a write, at the end of the transaction of the write. */
  readonly written?: ((transaction: Database, written: Written) => Promise<void>) | undefined;
}

/** The result of a write: the resource after it, or the deleted resource, and what the write did to it. */
export type Written = {
  readonly effect: WriteEffect;
  /** The rules that decided a part of the effect (`deciding-rules.ts`): one suspended a user instead of deleting it, for example. */
  readonly rules: readonly RuleName[];
} & (
  | { readonly type: 'User'; readonly resource: StoredUser }
  | { readonly type: 'Group'; readonly resource: StoredGroup }
);

export type WriteEffect = 'created' | 'changed' | 'unchanged' | 'deleted';

/** An SSH key that was added to a user or removed from a user. */
export interface SshKeyChange {
  readonly name: string;
  readonly isAdded: boolean;
}

/** The origin of a request, and the rules that apply to it. */
export interface Caller {
  readonly origin: Origin;
  readonly rules: Rules;
}

/** A change to a user's password or addresses. */
export interface AccountChange {
  readonly before: StoredUser;
  readonly after: StoredUser;
  readonly isNewPassword: boolean;
}

/** A resource as a client sent it, in canonical form. */
export interface Submitted {
  readonly document: JsonObject;
  readonly ignored: readonly IgnoredAttribute[];
  /** Names of extension attributes that the client wrote without their URN, and that responses return in the same way. */
  readonly unqualified?: readonly string[];
  /** Properties without a SCIM attribute, named as in the legacy directory's API. */
  readonly properties?: JsonObject | undefined;
  /** The state of a new user; by default, `active` and the rules determine it. */
  readonly state?: UserState | undefined;
  /** The source of a new resource; SCIM by default. */
  readonly creationSource?: string | undefined;
  /** The hash of a password that was already checked. It is computed before the transaction, because hashing is slow. */
  readonly passwordHash?: string | undefined;
  /** The id of the new resource, if other resources of the same bulk request already refer to it; by default, a new id. */
  readonly newId?: string | undefined;
}

export type UserState = 'STAGED' | 'ACTIVATED' | 'SUSPENDED';

interface StoredResource {
  readonly id: string;
  readonly organizationId: string;
  readonly integrationId: string | null;
  /** The source of the resource, such as `tanhua:scim`. */
  readonly creationSource: string;
  /** The canonical SCIM document, without computed attributes. */
  readonly document: JsonObject;
  readonly version: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly deletedAt: Date | null;
}

/** The parts of a user that a response needs. The document is the stored text, since few responses have to parse it. */
export interface ShownUser {
  readonly id: string;
  readonly documentText: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly state: UserState;
  readonly passwordExpired: boolean;
  /** Names of extension attributes that the source writes without their URN. */
  readonly unqualified: readonly string[];
  /** True if the user was a member of a group when the user was read; undefined if the membership was not read. */
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
  /** Properties without a SCIM attribute, named as in the legacy directory's API. */
  readonly properties: JsonObject;
}

export interface StoredGroup extends StoredResource {
  readonly displayName: string;
  /** Properties without a SCIM attribute, named as in the legacy directory's API. */
  readonly properties: JsonObject;
}

/** The number of days for which a deleted user can be restored and a deleted group is kept. */
export const RESTORABLE_DAYS = 30;

/** Returns the attribute `active`: true if the user is not suspended and the password has not expired. */
export function isActive(user: Pick<StoredUser, 'state' | 'passwordExpired'>): boolean {
  return user.state !== 'SUSPENDED' && !user.passwordExpired;
}

/** Returns the name that references to a user show: the displayName, else the userName. */
export function displayNameOf(user: Pick<StoredUser, 'document' | 'userName'>): string {
  const { displayName } = user.document;
  return typeof displayName === 'string' ? displayName : user.userName;
}
