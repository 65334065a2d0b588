import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';
import { bumpConfigurationVersion } from './006-configuration-version.ts';

/** Adds custom schemas of organizations. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('schemas')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('id_key', text, (column) => column.notNull())
    .addColumn('resource_type', text, (column) => column.notNull().check(sql`resource_type in ('User', 'Group')`))
    .addColumn('definition', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('modified_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('schemas_key', ['organization_id', 'id_key'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await bumpConfigurationVersion(db, 'schemas', ['definition']);
}
