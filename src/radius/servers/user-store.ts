import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { prepared } from '#database/prepared.ts';
import type { EntraIdentity } from '../credentials/entra-answer.ts';

/** A user of an organization. */
export interface UserKey {
  readonly organizationId: string;
  readonly userId: string;
}

const selectBindings = prepared((database, values: UserKey) =>
  database
    .selectFrom('radius_bindings')
    .select(['tenant_id as tenant', 'object_id as objectId'])
    .where('organization_id', '=', values.organizationId)
    .where('user_id', '=', values.userId)
    .orderBy('created_at', 'desc')
    .orderBy('tenant_id'),
);

/**
 * Returns the account that a user had at the first sign-in, and must have at each later one; undefined before the first sign-in.
 *
 * @param tenant The id of the tenant; null if only a domain of it is known. The account can then be in any tenant: a domain that moved to
 *   another tenant does not bind the user again.
 */
export async function findBinding(
  database: Database,
  key: UserKey,
  tenant: string | null,
): Promise<EntraIdentity | undefined> {
  const bindings = await selectBindings(database, key);
  return tenant === null ? bindings[0] : bindings.find((one) => one.tenant === tenant);
}

/**
 * Binds a user to an account of Entra ID, unless the user is bound, and returns the account that the user is bound to. Returns undefined if
 * another user of the organization is bound to the account. Of concurrent first sign-ins, one binds: the caller refuses those that get
 * another account. An account of a deleted user is free.
 *
 * @param tenant As in `findBinding`.
 * @example
 * (await bindAccount(database, { organizationId, userId }, account, null, deps.clock.now()))?.objectId; // '3f2504e0-…'
 */
export async function bindAccount(
  database: Database,
  key: UserKey,
  account: EntraIdentity,
  tenant: string | null,
  at: Date,
): Promise<EntraIdentity | undefined> {
  return await inTransaction(database, async (transaction) => {
    const names = [`radius user ${key.userId}`, `radius account ${account.tenant} ${account.objectId}`];
    await lockNames(transaction, key.organizationId, names);
    const before = await findBinding(transaction, key, tenant);
    if (before !== undefined) return before;
    const owner = await findOwner(transaction, key.organizationId, account);
    if (owner?.isDeleted === false) return undefined;
    if (owner !== undefined) await deleteBindings(transaction, key.organizationId, owner.userId);
    await transaction
      .insertInto('radius_bindings')
      .values({
        organization_id: key.organizationId,
        user_id: key.userId,
        tenant_id: account.tenant,
        object_id: account.objectId,
        created_at: at.getTime(),
      })
      .execute();
    return account;
  });
}

/** Returns the user who is bound to an account. */
async function findOwner(
  transaction: Database,
  organizationId: string,
  account: EntraIdentity,
): Promise<{ readonly userId: string; readonly isDeleted: boolean } | undefined> {
  const row = await transaction
    .selectFrom('radius_bindings')
    .innerJoin('users', 'users.id', 'radius_bindings.user_id')
    .select(['radius_bindings.user_id as userId', 'users.deleted_at as deletedAt'])
    .where('radius_bindings.organization_id', '=', organizationId)
    .where('radius_bindings.tenant_id', '=', account.tenant)
    .where('radius_bindings.object_id', '=', account.objectId)
    .executeTakeFirst();
  return row && { userId: row.userId, isDeleted: row.deletedAt !== null };
}

/** Removes the bound object ids of a user, so that the next sign-in binds another one. Returns false if none was bound. */
export async function deleteBindings(database: Database, organizationId: string, userId: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('radius_bindings')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** A generated Wi-Fi password, as it is stored. */
export interface WifiPassword {
  /** SHA-256 of the password, in hex. */
  readonly hash: string;
  readonly createdAt: Date;
}

const selectWifiPassword = prepared((database, values: UserKey) =>
  database
    .selectFrom('radius_wifi_passwords')
    .select(['hash', 'created_at as createdAt'])
    .where('organization_id', '=', values.organizationId)
    .where('user_id', '=', values.userId),
);

/** Returns the Wi-Fi password of a user; undefined if the user has none. */
export async function findWifiPassword(
  database: Database,
  organizationId: string,
  userId: string,
): Promise<WifiPassword | undefined> {
  const [row] = await selectWifiPassword(database, { organizationId, userId });
  return row && { hash: row.hash, createdAt: new Date(row.createdAt) };
}

/** Stores the Wi-Fi password of a user, and replaces a former one. */
export async function saveWifiPassword(
  database: Database,
  { organizationId, userId }: UserKey,
  { hash, createdAt }: WifiPassword,
): Promise<void> {
  const values = { hash, created_at: createdAt.getTime() };
  await database
    .insertInto('radius_wifi_passwords')
    .values({ organization_id: organizationId, user_id: userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
}

/** Removes the Wi-Fi password of a user. Returns false if the user has none. */
export async function deleteWifiPassword(database: Database, organizationId: string, userId: string): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('radius_wifi_passwords')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
