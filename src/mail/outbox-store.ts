import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { MailTable } from '#database/people-tables.ts';
import type { MailKind } from './templates.ts';

/** A mail of the outbox, without what it says. */
export interface Mail {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly recipient: string;
  /** The user or administrator that it is about. */
  readonly targetId: string | null;
  readonly subject: string;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly error: string | null;
}

export interface StoredMail extends Mail {
  /** Encrypted JSON. */
  readonly body: string;
}

export async function insertMail(
  database: Database,
  clock: Clock,
  mail: {
    readonly organizationId: string;
    readonly kind: MailKind;
    readonly recipient: string;
    readonly targetId: string | null;
    readonly subject: string;
    readonly body: string;
  },
): Promise<string> {
  const id = newId(clock);
  const now = clock.now().getTime();
  await database
    .insertInto('mails')
    .values({
      id,
      organization_id: mail.organizationId,
      kind: mail.kind,
      recipient: mail.recipient,
      target_id: mail.targetId,
      subject: mail.subject,
      body: mail.body,
      state: 'waiting',
      attempts: 0,
      next_attempt_at: now,
      created_at: now,
    })
    .execute();
  return id;
}

/**
 * Takes the mail that is due first, for one process alone; undefined when none is. A mail whose sender was interrupted is
 * not taken again: it may have been sent.
 */
export async function claimDueMail(database: Database, now: Date, until: Date): Promise<StoredMail | undefined> {
  const due = await database
    .selectFrom('mails')
    .select('id')
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '<=', now.getTime())
    .where('claimed_until', 'is', null)
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  if (due === undefined) return undefined;
  const row = await database
    .updateTable('mails')
    .set((expression) => ({ claimed_until: until.getTime(), attempts: expression('attempts', '+', 1) }))
    .where('id', '=', due.id)
    .where('claimed_until', 'is', null)
    .where('state', '=', 'waiting')
    .returningAll()
    .executeTakeFirst();
  return row && { ...toMail(row), body: row.body };
}

export async function markSent(database: Database, id: string, at: Date): Promise<void> {
  await database
    .updateTable('mails')
    .set({ state: 'sent', sent_at: at.getTime(), claimed_until: null, error: null })
    .where('id', '=', id)
    .execute();
}

/** An attempt that failed; without a next one the mail is given up. */
export async function markFailed(database: Database, id: string, error: string, next: Date | undefined): Promise<void> {
  await database
    .updateTable('mails')
    .set({
      state: next === undefined ? 'failed' : 'waiting',
      error,
      claimed_until: null,
      ...(next !== undefined && { next_attempt_at: next.getTime() }),
    })
    .where('id', '=', id)
    .execute();
}

/** Mails whose sender was interrupted while it sent them: whether they arrived nobody knows. */
export async function giveUpInterrupted(database: Database, now: Date, error: string): Promise<void> {
  await database
    .updateTable('mails')
    .set({ state: 'failed', error, claimed_until: null })
    .where('state', '=', 'waiting')
    .where('claimed_until', '<', now.getTime())
    .execute();
}

/** Lets a mail be sent once more; false when there is none, or it waits anyway. */
export async function requeueMail(database: Database, organizationId: string, id: string, now: Date): Promise<boolean> {
  const result = await database
    .updateTable('mails')
    .set({ state: 'waiting', attempts: 0, next_attempt_at: now.getTime(), error: null, claimed_until: null })
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .where('state', '!=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The mails of an organization, the newest first. */
export async function listMails(
  database: Database,
  organizationId: string,
  query: { readonly state?: Mail['state'] | undefined; readonly skip: number; readonly limit: number },
): Promise<readonly Mail[]> {
  const rows = await database
    .selectFrom('mails')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(query.state !== undefined, (select) => select.where('state', '=', query.state ?? 'waiting'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(query.skip)
    .limit(query.limit)
    .execute();
  return rows.map(toMail);
}

export async function findMail(
  database: Database,
  organizationId: string,
  id: string,
): Promise<StoredMail | undefined> {
  const row = await database
    .selectFrom('mails')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { ...toMail(row), body: row.body };
}

/** Mails that are done with are kept for a while. */
export async function deleteOldMails(database: Database, before: Date): Promise<void> {
  await database
    .deleteFrom('mails')
    .where('state', '!=', 'waiting')
    .where('created_at', '<', before.getTime())
    .execute();
}

function toMail(row: Selectable<MailTable>): Mail {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    recipient: row.recipient,
    targetId: row.target_id,
    subject: row.subject,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'waiting' ? new Date(row.next_attempt_at) : null,
    createdAt: new Date(row.created_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    error: row.error,
  };
}
