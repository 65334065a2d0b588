import { sql, type Kysely } from 'kysely';
import { fold } from '#base/fold.ts';
import { withoutTypographicApostrophes } from '#base/search-terms.ts';
import { engineOf } from '../engine.ts';
import { requestsWith } from '../request-conditions.ts';

type Schema = Kysely<unknown>;

/** Rows that one round of the migration reads. */
const BATCH = 1_000;

/**
 * Sorts refused people by their folded name, finds requests by the ids that clients sent in any letter case, and finds people by either form of
 * an apostrophe (decision 041). All users are indexed again,
 * because the terms of a changed user are deleted by their values.
 */
export async function up(db: Schema): Promise<void> {
  const { text } = engineOf(db).definition;
  await db.schema.alterTable('refused_people').addColumn('name_key', text).execute();
  await computeForms(db);
  await lowerSentIds(db);
  await sql`delete from user_terms`.execute(db);
  await sql`update users set terms = null where terms is not null`.execute(db);
  await sql`delete from unindexed_people`.execute(db);
  await sql`insert into unindexed_people (organization_id, next_sequence) select id, 0 from organizations`.execute(db);
}

/** The ids that clients send are found in any letter case. */
async function lowerSentIds(db: Schema): Promise<void> {
  const tail = engineOf(db).definition.indexTail.map((column) => sql`, ${sql.ref(column)}`);
  for (const column of ['activity_id', 'client_request_id', 'x_request_id'] as const) {
    const name = sql.raw(`requests_${column}`);
    await sql`drop index ${name}`.execute(db);
    await sql`create index ${name} on requests (organization_id, lower(${sql.ref(column)}), at${sql.join(tail, sql``)})
      where ${requestsWith(column)}`.execute(db);
  }
}

async function computeForms(db: Schema): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await sql<{ id: string; name: string | null; terms: string }>`select id, name, terms
      from refused_people where id > ${after} order by id limit ${BATCH}`.execute(db);
    for (const { id, name, terms } of rows) {
      const key = name === null ? null : fold(name);
      await sql`update refused_people set name_key = ${key}, terms = ${withoutTypographicApostrophes(terms)}
        where id = ${id}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
