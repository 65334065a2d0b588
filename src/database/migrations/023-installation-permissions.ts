import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Adds the permission of administrators to create organizations in this installation. Existing administrators get it only through the
 * command line, because the database does not know which of its organizations operates the installation.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, createTrigger } = engineOf(db).definition;
  await db.schema
    .alterTable('administrators')
    .addColumn('creates_organizations', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await createTrigger(db, {
    name: 'administrators_creates_organizations_changed',
    table: 'administrators',
    event: 'update of creates_organizations',
    statement: sql`update configuration_version set version = version + 1`,
  });
}
