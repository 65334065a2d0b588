import { sql, type Kysely } from 'kysely';
import { assert } from '#base/errors.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;

/** The positions of the hex digits that state the time in a UUID of version 7 (RFC 9562 §5.7), the most significant first. */
const timeDigits = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13] as const;

/**
 * Finds requests by the time in their ids, so that SQLite needs no index on the ids: each new request changed two of its pages (decision 043).
 * PostgreSQL keeps the constraint on the ids, by which a move between shards recognizes rows.
 */
export async function up(db: Schema): Promise<void> {
  const { altersConstraints } = engineOf(db).definition;
  const at = timeInId(altersConstraints ? sql`strpos` : sql`instr`);
  if (altersConstraints) await sql`update requests set at = ${at} where at <> ${at}`.execute(db);
  else await recreateTable(db, at);
}

/** Returns the time that an id states; the time in the row if the id is not a UUID of version 7. */
function timeInId(positionOf: ReturnType<typeof sql>) {
  const digits = timeDigits.map((position, index) => {
    const weight = sql.lit(16 ** (timeDigits.length - 1 - index));
    return sql`(${positionOf}('0123456789abcdef', substr(id, ${sql.lit(position)}, 1)) - 1) * ${weight}`;
  });
  return sql<number>`case when id like '________-____-7%' then ${sql.join(digits, sql` + `)} else at end`;
}

/** Copies the rows into a table without the constraint, which replaces the old one. No other table refers to it. */
async function recreateTable(db: Schema, at: ReturnType<typeof timeInId>): Promise<void> {
  const definitions = await sql<{ type: string; sql: string }>`select type, sql from sqlite_schema
    where tbl_name = 'requests' and sql is not null`.execute(db);
  const table = definitions.rows.find(({ type }) => type === 'table')?.sql ?? '';
  const created = table
    .replace(/^create table "requests"/i, 'create table "requests_by_time"')
    .replace('"id" text not null unique', '"id" text not null');
  assert(created.length === table.length + '_by_time'.length - ' unique'.length, 'the definition has both texts');
  await sql.raw(created).execute(db);
  const { rows: columns } = await sql<{ name: string }>`select name from pragma_table_info('requests')`.execute(db);
  const names = sql.join(columns.map(({ name }) => sql.ref(name)));
  const values = sql.join(columns.map(({ name }) => (name === 'at' ? at : sql.ref(name))));
  await sql`insert into requests_by_time (${names}) select ${values} from requests order by sequence`.execute(db);
  await db.schema.dropTable('requests').execute();
  await db.schema.alterTable('requests_by_time').renameTo('requests').execute();
  for (const one of definitions.rows) if (one.type !== 'table') await sql.raw(one.sql).execute(db);
}
