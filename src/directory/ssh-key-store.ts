import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';

export interface SshKey {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
  readonly createdAt: Date;
}

/** Returns the SSH keys of each user, oldest first, in a map by user id. Users without keys are not in the map. */
export async function findSshKeys(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly SshKey[]>> {
  if (userIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('ssh_keys')
    .selectAll()
    .where('user_id', 'in', userIds)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const grouped = Map.groupBy(rows, (row) => row.user_id);
  return new Map(
    [...grouped].map(([userId, keys]) => [
      userId,
      keys.map((row) => ({
        id: row.id,
        name: row.name,
        publicKey: row.public_key,
        createdAt: new Date(row.created_at),
      })),
    ]),
  );
}

export async function insertSshKey(
  database: Database,
  clock: Clock,
  key: { readonly organizationId: string; readonly userId: string; readonly name: string; readonly publicKey: string },
): Promise<SshKey> {
  const id = newId(clock);
  const createdAt = clock.now();
  await database
    .insertInto('ssh_keys')
    .values({
      id,
      organization_id: key.organizationId,
      user_id: key.userId,
      name: key.name,
      public_key: key.publicKey,
      created_at: createdAt.getTime(),
    })
    .execute();
  return { id, name: key.name, publicKey: key.publicKey, createdAt };
}

/** Removes an SSH key of a user. Returns false if the user has no key with this id. */
export async function deleteSshKey(database: Database, userId: string, id: string): Promise<boolean> {
  const result = await database
    .deleteFrom('ssh_keys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
