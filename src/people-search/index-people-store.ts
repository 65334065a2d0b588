import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { insertTerms } from '#directory/person-index-store.ts';
import { personKeys, personTerms } from '#directory/person-terms.ts';
import { toStoredUser, userColumns } from '#directory/user-row-store.ts';

/** An organization with users that are not indexed, and the sequence of the next user to check. */
export interface Unindexed {
  readonly organizationId: string;
  readonly nextSequence: number;
}

/** Finds an organization with users that are not indexed; one that is moving between shards is indexed after the move. */
export async function findUnindexed(database: Database): Promise<Unindexed | undefined> {
  const row = await database
    .selectFrom('unindexed_people')
    .selectAll()
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('organization_id')
    .limit(1)
    .executeTakeFirst();
  return row && { organizationId: row.organization_id, nextSequence: row.next_sequence };
}

/** Indexes the next users of an organization, at most `limit` of them. Returns their number; 0 if all users are indexed. */
export async function indexBatch(
  transaction: Database,
  { organizationId, nextSequence }: Unindexed,
  limit: number,
): Promise<number> {
  const rows = await transaction
    .selectFrom('users')
    .select(userColumns)
    .select('users.sequence')
    .where('users.organization_id', '=', organizationId)
    .where('users.sequence', '>=', nextSequence)
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
    await transaction
      .updateTable('users')
      .set({ terms: terms.text, ...personKeys(user.document) })
      .where('id', '=', user.id)
      .where('organization_id', '=', organizationId)
      .execute();
    await insertTerms(transaction, user, terms);
  }
  const last = rows.at(-1);
  await (
    last === undefined
      ? sql`delete from unindexed_people where organization_id = ${organizationId}`
      : sql`update unindexed_people set next_sequence = ${last.sequence + 1} where organization_id = ${organizationId}`
  ).execute(transaction);
  return rows.length;
}
