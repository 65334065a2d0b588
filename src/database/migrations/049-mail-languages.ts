import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The text of the template is JSON without spaces. */
const language = sql`case when template like '%"language":"zh%' then 'zh' else 'en' end`;
const key = ['organization_id', 'kind', 'language'] as const;

/**
 * Adds the language to custom templates of emails: an organization can have a text for the readers of each language. A Chinese text gets
 * two rows, because it went to all readers until now, and every organization has the language English after this migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (engineOf(db).definition.altersConstraints ? alterTable(db) : recreateTable(db));
  await sql`insert into mail_templates (organization_id, kind, language, template)
    select organization_id, kind, 'en', template from mail_templates where language = 'zh'`.execute(db);
}

async function alterTable(db: Kysely<unknown>): Promise<void> {
  const { text } = engineOf(db).definition;
  await db.schema.alterTable('mail_templates').addColumn('language', text).execute();
  await sql`update mail_templates set language = ${language}`.execute(db);
  await db.schema
    .alterTable('mail_templates')
    .alterColumn('language', (column) => column.setNotNull())
    .execute();
  await db.schema.alterTable('mail_templates').dropConstraint('mail_templates_key').execute();
  await db.schema
    .alterTable('mail_templates')
    .addPrimaryKeyConstraint('mail_templates_key', [...key])
    .execute();
}

/** Copies the rows into a new table, which replaces the old one. No other table refers to it. */
async function recreateTable(db: Kysely<unknown>): Promise<void> {
  const { text, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('mail_templates_by_language')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('language', text, (column) => column.notNull())
    .addColumn('template', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('mail_templates_key', [...key])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await sql`insert into mail_templates_by_language (organization_id, kind, language, template)
    select organization_id, kind, ${language}, template from mail_templates`.execute(db);
  await db.schema.dropTable('mail_templates').execute();
  await db.schema.alterTable('mail_templates_by_language').renameTo('mail_templates').execute();
}
