import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Which administrators may create organizations in this installation. None of those that exist may until the command line says
 * so: a database does not know which of its organizations runs the installation.
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
