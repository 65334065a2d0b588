import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Adds the user or administrator that an email is about, so that the event with the email's result appears on that timeline. Also adds
 * the time at which an email failed permanently.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer } = engineOf(db).definition;
  await db.schema.alterTable('mails').addColumn('target_type', text).execute();
  await db.schema.alterTable('mails').addColumn('target_name', text).execute();
  await db.schema.alterTable('mails').addColumn('failed_at', integer).execute();
}
