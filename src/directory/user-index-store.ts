import { sql, type RawBuilder } from 'kysely';
import type { IndexedTerms } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import { insertNewTerms, insertTermsOfUsers } from './person-index-store.ts';
import { personKeys, personTerms, termColumns } from './person-terms.ts';
import type { StoredUser } from './stored.ts';
import { toStoredUser, userColumns } from './user-row-store.ts';

/** The number of users that one transaction indexes, so that it does not delay other writers. */
export const INDEX_BATCH_MAX = 100;
/**
 * A new user whose sequence is a multiple of this number indexes the users of its organization that are not in the index yet. It is a prime
 * number, so that each organization has such users if organizations create users in turn.
 */
export const INDEX_STEP = 61;

const selectFirstUnindexed = prepared((database, values: { organizationId: string }) =>
  database.selectFrom('unindexed_people').select('next_sequence').where('organization_id', '=', values.organizationId),
);

/**
 * Returns the sequence from which on users of an organization are not in the index yet; undefined if all are. An engine that runs one
 * transaction at a time indexes new users later: no user can get a lower sequence than one that is indexed already.
 */
export async function firstUnindexed(database: Database, organizationId: string): Promise<number | undefined> {
  const [row] = await selectFirstUnindexed(database, { organizationId });
  return row?.next_sequence ?? (isConcurrent(database) ? undefined : 0);
}

/** The sequence of the newest user of an organization that is not deleted. */
function lastSequence(organizationId: RawBuilder<string>): RawBuilder<number> {
  return sql`(select users.sequence from users where users.organization_id = ${organizationId}
    and users.deleted_at is null order by users.organization_id desc, users.sequence desc limit 1)`;
}

/** Returns the organizations whose users have to be indexed. One that is moving between shards is indexed after the move. */
export async function organizationsToIndex(database: Database): Promise<readonly string[]> {
  if (!isConcurrent(database)) {
    const { rows } = await sql<{ id: string }>`select organizations.id from organizations
      left join unindexed_people on unindexed_people.organization_id = organizations.id
      where ${lastSequence(sql.ref('organizations.id'))}
        >= coalesce(unindexed_people.next_sequence, 0)`.execute(database);
    return rows.map(({ id }) => id);
  }
  const rows = await database
    .selectFrom('unindexed_people')
    .select('organization_id')
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .execute();
  return rows.map((row) => row.organization_id);
}

const selectUnindexed = prepared((database, values: { organizationId: string; first: number; limit: number }) =>
  database
    .selectFrom('users')
    .select(['users.id', 'users.sequence', 'users.terms'])
    .where('users.organization_id', '=', values.organizationId)
    .where('users.sequence', '>=', values.first)
    .where('users.deleted_at', 'is', null)
    .orderBy('users.organization_id')
    .orderBy('users.sequence')
    .limit(values.limit)
    // Another transaction must not change a user between reading and indexing it.
    .$if(isConcurrent(database), (select) => select.forUpdate('users')),
);

/**
 * Indexes the next users of an organization, at most `limit` of them. Returns their number. If it is below the limit, all users of the
 * organization are indexed.
 */
export async function indexNextUsers(
  transaction: Database,
  organizationId: string,
  limit = INDEX_BATCH_MAX,
): Promise<number> {
  const first = await firstUnindexed(transaction, organizationId);
  if (first === undefined) return 0;
  const rows = await selectUnindexed(transaction, { organizationId, first, limit });
  const users: { sequence: number; text: string }[] = [];
  for (const { id, sequence, terms } of rows)
    users.push({ sequence, text: terms ?? (await addTerms(transaction, organizationId, id)) });
  await insertTermsOfUsers(transaction, organizationId, users);
  const last = users.at(-1);
  if (users.length < limit && isConcurrent(transaction)) {
    await transaction.deleteFrom('unindexed_people').where('organization_id', '=', organizationId).execute();
  } else if (last !== undefined) await setFirstUnindexed(transaction, { organizationId, sequence: last.sequence + 1 });
  return users.length;
}

/** Writes the columns of the search for a user of an older version, and returns the terms as a text. */
async function addTerms(transaction: Database, organizationId: string, id: string): Promise<string> {
  const row = await transaction
    .selectFrom('users')
    .select(userColumns)
    .where('users.id', '=', id)
    .where('users.organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  const user = toStoredUser(row);
  const terms = personTerms(user);
  await transaction
    .updateTable('users')
    .set({ ...termColumns(terms), ...personKeys(user.document) })
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .execute();
  return terms.text;
}

const setFirstUnindexed = prepared((database, values: { organizationId: string; sequence: number }) =>
  database
    .insertInto('unindexed_people')
    .values({ organization_id: values.organizationId, next_sequence: values.sequence })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet({ next_sequence: values.sequence })),
);

/**
 * Adds a new user to the index of the search of people. An engine that runs one transaction at a time does this later, for many users
 * together, because it then writes few pages of the database for each user. Until then, a search reads the users after the last indexed
 * one.
 */
export async function indexNewUser(
  database: Database,
  { organizationId, sequence }: Pick<StoredUser, 'organizationId'> & { readonly sequence: number },
  { text }: IndexedTerms,
): Promise<void> {
  if (isConcurrent(database)) await insertNewTerms(database, organizationId, { sequence, text });
  else if (sequence % INDEX_STEP === 0) await indexNextUsers(database, organizationId);
}

/**
 * Call it before a deleted user is removed. SQLite gives the highest sequence to the next user again, so that it must not count as indexed.
 * PostgreSQL does not, and it changes nothing there that a search could notice, because no user has this sequence or a higher one.
 */
export async function releaseSequence(
  database: Database,
  { id, organizationId }: Pick<StoredUser, 'id' | 'organizationId'>,
): Promise<void> {
  const sequence = sql<number>`(select users.sequence from users where users.id = ${id}
    and users.organization_id = ${organizationId})`;
  await sql`update unindexed_people set next_sequence = ${sequence} where organization_id = ${organizationId}
    and next_sequence > ${sequence}
    and coalesce(${lastSequence(sql.val(organizationId))}, 0) < ${sequence}`.execute(database);
}
