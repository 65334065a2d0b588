import { sql, type RawBuilder } from 'kysely';
import { sharedLength, termsOf, type IndexedTerms } from '#base/search-terms.ts';
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
export async function insertTerms(database: Database, user: Indexed, { text }: IndexedTerms): Promise<void> {
  const { id, organizationId } = user;
  const rows = rowsOf(text).map(({ term, shared }) => digits(shared, SHARED_DIGITS) + term);
  if (rows.length > 0) await insertRows(database, { organizationId, id, terms: JSON.stringify(rows) });
}

/** The number of characters before the terms of several users, which are their sequences with the sign of a negative one. */
const SEQUENCE_DIGITS = 17;

const rowsOfUsers = (database: Database, { organizationId, terms }: Omit<TermsOfUser, 'id'>) => {
  const sequence = sql`cast(substr(term.value, ${sql.lit(SHARED_DIGITS + 1)}, ${sql.lit(SEQUENCE_DIGITS)}) as bigint)`;
  return database
    .insertInto('user_terms')
    .columns(['organization_id', 'bucket', 'term', 'user_sequence', 'shared'])
    .expression(
      sql`select cast(${organizationId} as text), ${bucketOf(database, sequence)},
        substr(term.value, ${sql.lit(SHARED_DIGITS + SEQUENCE_DIGITS + 1)}), ${sequence},
        cast(substr(term.value, 1, ${sql.lit(SHARED_DIGITS)}) as integer)
      from ${engineOf(database).json.texts(terms)} as term where true`,
    );
};

const insertRowsOfUsers = preparedCommand((database, rows: Omit<TermsOfUser, 'id'>) =>
  rowsOfUsers(database, rows).onConflict((conflict) => conflict.doNothing()),
);

/** PostgreSQL looks for existing rows first if a statement says what to do then. A new user has none. */
const insertRowsOfNewUser = preparedCommand(rowsOfUsers);

/** Adds a new user to the index of the search of people. */
export async function insertNewTerms(
  database: Database,
  organizationId: string,
  user: { readonly sequence: number; readonly text: string },
): Promise<void> {
  const terms = encoded([user]);
  if (terms.length > 0) await insertRowsOfNewUser(database, { organizationId, terms: JSON.stringify(terms) });
}

/** Like `insertTerms`, for several users of an organization. */
export async function insertTermsOfUsers(
  database: Database,
  organizationId: string,
  users: readonly { readonly sequence: number; readonly text: string }[],
): Promise<void> {
  const terms = encoded(users);
  if (terms.length > 0) await insertRowsOfUsers(database, { organizationId, terms: JSON.stringify(terms) });
}

/** Returns the rows of users as texts: the shared units, the sequence, and the term. */
function encoded(users: readonly { readonly sequence: number; readonly text: string }[]): readonly string[] {
  const rows = users.flatMap(({ sequence, text }) => rowsOf(text).map((row) => ({ ...row, sequence })));
  // In the order of the index, so that the database finds the place of each row next to that of the row before.
  rows.sort((one, other) => (one.term < other.term ? -1 : one.term > other.term ? 1 : one.sequence - other.sequence));
  return rows.map(
    ({ term, shared, sequence }) => digits(shared, SHARED_DIGITS) + digits(sequence, SEQUENCE_DIGITS) + term,
  );
}

/** Evaluations on PostgreSQL use negative sequences of up to 16 digits (`without-sequence.ts`). */
function digits(number: number, count: number): string {
  return number < 0 ? `-${digits(-number, count - 1)}` : String(number).padStart(count, '0');
}

/** Returns the terms of a user, each with the number of units that it shares with the term before it. */
function rowsOf(text: string): readonly { readonly term: string; readonly shared: number }[] {
  const terms = termsOf(text);
  return terms.map((term, index) => ({ term, shared: sharedLength(term, terms[index - 1]) }));
}

/** Removes a user from the index of the search of people. */
export async function deleteTerms(database: Database, user: Indexed, { text }: IndexedTerms): Promise<void> {
  const terms = termsOf(text);
  if (terms.length === 0) return;
  await deleteRows(database, { organizationId: user.organizationId, id: user.id, terms: JSON.stringify(terms) });
}
