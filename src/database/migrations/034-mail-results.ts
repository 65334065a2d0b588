import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Whom a mail is about, so that the event with its result is on the timeline of that user or administrator; and when the mail
 * failed for good.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer } = engineOf(db).definition;
  await db.schema.alterTable('mails').addColumn('target_type', text).execute();
  await db.schema.alterTable('mails').addColumn('target_name', text).execute();
  await db.schema.alterTable('mails').addColumn('failed_at', integer).execute();
}
