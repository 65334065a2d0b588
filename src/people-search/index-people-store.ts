import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { insertTerms } from '#directory/person-index-store.ts';
import { personKeys, personTerms } from '#directory/person-terms.ts';
import { toStoredUser, userColumns } from '#directory/user-row-store.ts';

/**
 * Returns the sequence from which on users of an organization are not in the index yet; undefined if all are. An engine that runs one
 * transaction at a time indexes new users later: no user can get a lower sequence than one that is indexed already.
 */
export async function firstUnindexed(database: Database, organizationId: string): Promise<number | undefined> {
  const row = await database
    .selectFrom('unindexed_people')
    .select('next_sequence')
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row?.next_sequence ?? (isConcurrent(database) ? undefined : 0);
}

/** Returns the organizations whose users may have to be indexed. One that is moving between shards is indexed after the move. */
export async function organizationsToIndex(database: Database): Promise<readonly string[]> {
  if (!isConcurrent(database)) {
    const rows = await database.selectFrom('organizations').select('id').execute();
    return rows.map(({ id }) => id);
  }
  const rows = await database
    .selectFrom('unindexed_people')
    .select('organization_id')
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .execute();
  return rows.map((row) => row.organization_id);
}

/** Indexes the next users of an organization, at most `limit` of them. Returns their number; 0 if all users are indexed. */
export async function indexBatch(transaction: Database, organizationId: string, limit: number): Promise<number> {
  const first = await firstUnindexed(transaction, organizationId);
  if (first === undefined) return 0;
  const rows = await transaction
    .selectFrom('users')
    .select(userColumns)
    .select(['users.sequence', 'users.terms'])
    .where('users.organization_id', '=', organizationId)
    .where('users.sequence', '>=', first)
    .where('users.deleted_at', 'is', null)
    .orderBy('users.organization_id')
    .orderBy('users.sequence')
    .limit(limit)
    // A concurrent change waits, and then replaces the terms.
    .$if(isConcurrent(transaction), (select) => select.forNoKeyUpdate())
    .execute();
  for (const row of rows) {
    const user = toStoredUser(row);
    const terms = personTerms(user);
    if (row.terms === null) {
      await transaction
        .updateTable('users')
        .set({ terms: terms.text, ...personKeys(user.document) })
        .where('id', '=', user.id)
        .where('organization_id', '=', organizationId)
        .execute();
    }
    await insertTerms(transaction, user, terms);
  }
  const last = rows.at(-1);
  if (last !== undefined) await setFirstUnindexed(transaction, organizationId, last.sequence + 1);
  else if (isConcurrent(transaction)) {
    await transaction.deleteFrom('unindexed_people').where('organization_id', '=', organizationId).execute();
  }
  return rows.length;
}

async function setFirstUnindexed(transaction: Database, organizationId: string, sequence: number): Promise<void> {
  await transaction
    .insertInto('unindexed_people')
    .values({ organization_id: organizationId, next_sequence: sequence })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet({ next_sequence: sequence }))
    .execute();
}
