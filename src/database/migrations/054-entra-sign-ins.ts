import { type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Adds what the token endpoint of the stand-in needs: passwords of users, secrets of applications, both as hashes, and simulated faults of
 * sign-ins as JSON. The index finds a tenant by a domain that a request names, without an organization.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer } = engineOf(db).definition;
  // SQLite adds one column in a statement.
  await db.schema.alterTable('entra_users').addColumn('password_hash', text).execute();
  await db.schema
    .alterTable('entra_users')
    .addColumn('must_change_password', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('entra_users').addColumn('sign_in_fault', text).execute();
  await db.schema.alterTable('entra_tenants').addColumn('sign_in_fault', text).execute();
  await db.schema.alterTable('entra_applications').addColumn('client_secret_hash', text).execute();
  await db.schema.createIndex('entra_tenants_domain').on('entra_tenants').columns(['domain', 'id']).execute();
}
