import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Adds tables for failed attempts to sign in, which all processes count together, and for proxies that are not configured. Makes the
 * addresses of administrators unique in each organization only.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createAttempts(db);
  await createUnnamedProxies(db);
  await separateAddresses(db);
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('attempts')
    .addColumn('bucket', text, (column) => column.primaryKey())
    .addColumn('failures', integer, (column) => column.notNull())
    .addColumn('refused_until', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
  await db.schema.createIndex('attempts_expires_at').on('attempts').column('expires_at').execute();
}

async function createUnnamedProxies(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('unnamed_proxies')
    .addColumn('address', text, (column) => column.primaryKey())
    .addColumn('header', text, (column) => column.notNull())
    .addColumn('first_seen_at', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
}

/**
 * The address of an administrator used to be unique in the whole database, so a refusal revealed that another organization had such an
 * administrator. SQLite cannot drop the constraint of a column, and the table cannot be recreated because other tables refer to it.
 * Therefore the column is renamed, keeps its constraint, and also holds the organization's id.
 */
async function separateAddresses(db: Kysely<unknown>): Promise<void> {
  const { text, altersConstraints } = engineOf(db).definition;
  const table = db.schema.alterTable('administrators');
  await table.renameColumn('email_key', 'organization_email_key').execute();
  if (altersConstraints) {
    await sql`alter table administrators
      rename constraint administrators_email_key_key to administrators_organization_email_key`.execute(db);
  }
  await table.addColumn('email_key', text, (column) => column.notNull().defaultTo('')).execute();
  await sql`update administrators set email_key = organization_email_key,
    organization_email_key = organization_id || ' ' || organization_email_key`.execute(db);
  await db.schema.createIndex('administrators_email_key').on('administrators').column('email_key').execute();
}
