import { sql, type Kysely } from 'kysely';
import { fold } from '#base/fold.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;

/** Rows that one round of the migration reads. */
const BATCH = 1_000;

/** Finds the emails to an address, in any letter case, and those of one kind, each newest first, without reading others. */
export async function up(db: Schema): Promise<void> {
  const { text } = engineOf(db).definition;
  await db.schema
    .alterTable('mails')
    .addColumn('recipient_key', text, (column) => column.notNull().defaultTo(''))
    .execute();
  await computeKeys(db);
  for (const column of ['recipient_key', 'kind'] as const) {
    const columns = ['organization_id', column, 'created_at', 'id'];
    await db.schema.createIndex(`mails_${column}`).on('mails').columns(columns).execute();
  }
}

async function computeKeys(db: Schema): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await sql<{ id: string; recipient: string }>`select id, recipient
      from mails where id > ${after} order by id limit ${BATCH}`.execute(db);
    for (const { id, recipient } of rows) {
      await sql`update mails set recipient_key = ${fold(recipient)} where id = ${id}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
