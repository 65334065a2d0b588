import { sql, type Kysely } from 'kysely';
import { fold } from '#base/fold.ts';
import { engineOf } from '../engine.ts';

/** Finds the organization that an address of the portal names, in any letter case, without reading others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text } = engineOf(db).definition;
  await db.schema
    .alterTable('organizations')
    .addColumn('name_key', text, (column) => column.notNull().defaultTo(''))
    .execute();
  const { rows } = await sql<{ id: string; name: string }>`select id, name from organizations`.execute(db);
  for (const { id, name } of rows) {
    await sql`update organizations set name_key = ${fold(name)} where id = ${id}`.execute(db);
  }
  await db.schema.createIndex('organizations_name_key').on('organizations').columns(['name_key', 'id']).execute();
}
