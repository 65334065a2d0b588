import { sql, type RawBuilder } from 'kysely';
import { sharedLength, type IndexedTerms } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { preparedCommand } from '#database/prepared.ts';
import type { StoredUser } from './stored.ts';

interface TermsOfUser {
  readonly organizationId: string;
  readonly id: string;
  /** A JSON array. */
  readonly terms: string;
}

/** The number of decimal digits before a term, which say how many units it shares with the term before it. */
const SHARED_DIGITS = 2;

/**
 * Returns the bucket of a user, in which its terms are stored. A bucket has the terms of users who were created in sequence. On SQLite,
 * indexing new users then changes few pages of the database, because their terms are close together.
 */
export function bucketOf(database: Database, sequence: RawBuilder<unknown>): RawBuilder<number> {
  return sql`(${sequence} >> ${sql.lit(engineOf(database).termBucketBits)})`;
}

const insertRows = preparedCommand((database, { organizationId, id, terms }: TermsOfUser) =>
  database
    .insertInto('user_terms')
    .columns(['organization_id', 'bucket', 'term', 'user_sequence', 'shared'])
    .expression(
      sql`select users.organization_id, ${bucketOf(database, sql.ref('users.sequence'))},
        substr(term.value, ${sql.lit(SHARED_DIGITS + 1)}), users.sequence,
        cast(substr(term.value, 1, ${sql.lit(SHARED_DIGITS)}) as integer)
      from users, ${engineOf(database).json.texts(terms)} as term
      where users.organization_id = ${organizationId} and users.id = ${id}`,
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const deleteRows = preparedCommand((database, { organizationId, id, terms }: TermsOfUser) => {
  const sequence = sql<number>`(select users.sequence from users where users.id = ${id}
    and users.organization_id = ${organizationId})`;
  return database
    .deleteFrom('user_terms')
    .where('organization_id', '=', organizationId)
    .where('bucket', '=', bucketOf(database, sequence))
    .where(engineOf(database).json.among(sql.ref('term'), terms))
    .where('user_sequence', '=', sequence);
});

type Indexed = Pick<StoredUser, 'id' | 'organizationId'>;

/** Adds a user to the index of the search of people. Does nothing for terms that are already there. */
export async function insertTerms(database: Database, user: Indexed, { terms }: IndexedTerms): Promise<void> {
  if (terms.length === 0) return;
  const { id, organizationId } = user;
  await insertRows(database, { organizationId, id, terms: rowsOf(terms) });
}

/** Returns terms with the units that each shares with the term before it, as a JSON array. */
function rowsOf(terms: readonly string[]): string {
  const rows = terms.map((term, index) => {
    const shared = sharedLength(term, terms[index - 1]);
    return String(shared).padStart(SHARED_DIGITS, '0') + term;
  });
  return JSON.stringify(rows);
}

/** Removes a user from the index of the search of people. */
export async function deleteTerms(database: Database, user: Indexed, { terms }: IndexedTerms): Promise<void> {
  if (terms.length === 0) return;
  await deleteRows(database, {
    organizationId: user.organizationId,
    id: user.id,
    terms: JSON.stringify(terms),
  });
}
