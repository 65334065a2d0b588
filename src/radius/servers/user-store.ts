import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';

/** A user and a tenant of Entra ID. */
export interface BindingKey {
  readonly organizationId: string;
  readonly userId: string;
  /** The `tid` of the token, in small letters. */
  readonly tenantId: string;
}

const selectBinding = prepared((database, values: BindingKey) =>
  database
    .selectFrom('radius_bindings')
    .select('object_id as objectId')
    .where('organization_id', '=', values.organizationId)
    .where('user_id', '=', values.userId)
    .where('tenant_id', '=', values.tenantId),
);

/**
 * Returns the object id that a user had in a tenant at the first sign-in, and must have at each later one; undefined before the first
 * sign-in.
 */
export async function findBinding(database: Database, key: BindingKey): Promise<string | undefined> {
  return (await selectBinding(database, key))[0]?.objectId;
}

/**
 * Binds the object id of a user, unless one is bound already, and returns the bound one. Of two concurrent first sign-ins, one binds its
 * object id, and both receive it: the caller refuses the one that has another.
 *
 * @example
 * (await bindObjectId(database, { organizationId, userId, tenantId }, oid, deps.clock.now())) === oid; // true if the person may connect
 */
export async function bindObjectId(database: Database, key: BindingKey, objectId: string, at: Date): Promise<string> {
  await database
    .insertInto('radius_bindings')
    .values({
      organization_id: key.organizationId,
      user_id: key.userId,
      tenant_id: key.tenantId,
      object_id: objectId,
      created_at: at.getTime(),
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'tenant_id']).doNothing())
    .execute();
  return (await findBinding(database, key)) ?? objectId;
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

const selectWifiPassword = prepared((database, values: { organizationId: string; userId: string }) =>
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
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
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
