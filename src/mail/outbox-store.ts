import { sql, type Expression, type ExpressionBuilder, type Selectable, type SqlBool } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import type { MailTable } from '#database/people-tables.ts';
import type { Tables } from '#database/tables.ts';
import { passwordLinkKinds, type MailKind } from './templates.ts';

export const mailStates = ['waiting', 'sent', 'failed', 'cancelled'] as const;

/** An email of the outbox, without its content. */
export interface Mail {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly recipient: string;
  /** The id of the user or administrator that the email is about. */
  readonly targetId: string | null;
  readonly targetType: string | null;
  readonly targetName: string | null;
  readonly subject: string;
  readonly state: (typeof mailStates)[number];
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  /** Why the last attempt failed, or why the email was canceled. */
  readonly error: string | null;
}

/** The fields of an email that its events include. */
export type MailForEvent = Pick<
  Mail,
  'id' | 'organizationId' | 'kind' | 'recipient' | 'targetId' | 'targetType' | 'targetName'
>;

interface StoredMail extends Mail {
  /** The content of the email, as encrypted JSON. */
  readonly body: string;
}

/** An email that one process is sending. */
export interface ClaimedMail extends StoredMail {
  readonly claimedUntil: number;
  /** Starts at 1, and increases by 1 with each request to send the email again. It is a part of the Message-ID. */
  readonly sendings: number;
}

export async function insertMail(
  database: Database,
  clock: Clock,
  mail: {
    readonly organizationId: string;
    readonly kind: MailKind;
    readonly recipient: string;
    readonly targetId: string | null;
    readonly targetType?: 'user' | 'admin' | undefined;
    readonly targetName?: string | undefined;
    readonly subject: string;
    readonly body: string;
    readonly expiresAt: Date;
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
      recipient_key: fold(mail.recipient),
      target_id: mail.targetId,
      target_type: mail.targetType ?? null,
      target_name: mail.targetName ?? null,
      subject: mail.subject,
      body: mail.body,
      state: 'waiting',
      attempts: 0,
      next_attempt_at: now,
      created_at: now,
      expires_at: mail.expiresAt.getTime(),
    })
    .execute();
  return id;
}

/** A literal in the statement instead of a parameter, so that every query plan can use the indexes of waiting emails. */
const waiting = sql.lit<'waiting'>('waiting');

/**
 * Selects emails that a process may claim: no process has claimed the email, or the claim has expired and the content was not yet
 * handed to the mail server.
 */
function isClaimable(where: ExpressionBuilder<Tables, 'mails'>, now: Date) {
  return where.and([
    where('state', '=', waiting),
    where.or([
      where('claimed_until', 'is', null),
      where.and([where('claimed_until', '<', now.getTime()), where('handed_over_at', 'is', null)]),
    ]),
  ]);
}

/** Claims, for one process and until a time, the email that has been due longest. Returns undefined if no email is due. */
export async function claimDueMail(database: Database, now: Date, until: Date): Promise<ClaimedMail | undefined> {
  for (;;) {
    const due = await database
      .selectFrom('mails')
      .select('id')
      .where('next_attempt_at', '<=', now.getTime())
      .where('expires_at', '>', now.getTime())
      .where((where) => isClaimable(where, now))
      // Skips organizations that are moving between shards: the shard that serves an organization does this work.
      .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
      .orderBy('next_attempt_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (due === undefined) return undefined;
    const row = await database
      .updateTable('mails')
      .set((expression) => ({ claimed_until: until.getTime(), attempts: expression('attempts', '+', 1) }))
      .where('id', '=', due.id)
      .where((where) => isClaimable(where, now))
      .returningAll()
      .executeTakeFirst();
    // If the row is undefined, another process was faster. Other emails may be due.
    if (row !== undefined) {
      return { ...toMail(row), body: row.body, claimedUntil: until.getTime(), sendings: row.sendings };
    }
  }
}

/**
 * Records that the content of an email is about to be handed to the mail server. Returns false if the process has lost its claim on
 * the email, because it was suspended until the claim expired. In that case, the process must not continue.
 */
export async function markHandedOver(database: Database, mail: ClaimedMail, at: Date): Promise<boolean> {
  const result = await database
    .updateTable('mails')
    .set({ handed_over_at: at.getTime() })
    .where('id', '=', mail.id)
    .where('state', '=', waiting)
    .where('claimed_until', '=', mail.claimedUntil)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function markSent(database: Database, id: string, at: Date): Promise<void> {
  await database
    .updateTable('mails')
    .set({ state: 'sent', sent_at: at.getTime(), claimed_until: null, handed_over_at: null, error: null })
    .where('id', '=', id)
    .execute();
}

/**
 * Records an attempt that failed at `at`. Without a next attempt, the email has failed for good. Returns false if the process has
 * lost its claim on the email.
 */
export async function markFailed(
  database: Database,
  mail: ClaimedMail,
  { error, at, next }: { readonly error: string; readonly at: Date; readonly next: Date | undefined },
): Promise<boolean> {
  const result = await database
    .updateTable('mails')
    .set({
      state: next === undefined ? 'failed' : 'waiting',
      error,
      claimed_until: null,
      handed_over_at: null,
      ...(next === undefined ? { failed_at: at.getTime() } : { next_attempt_at: next.getTime() }),
    })
    .where('id', '=', mail.id)
    .where('state', '=', waiting)
    .where('claimed_until', '=', mail.claimedUntil)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The maximum number of emails that one transaction fails or cancels, each with its event. */
export const MAILS_PER_TRANSACTION_MAX = 100;

type Condition = (where: ExpressionBuilder<Tables, 'mails'>) => Expression<SqlBool>;

/**
 * Selects at most one batch of the emails that meet a condition. Skips organizations that are moving between shards: the shard that
 * serves an organization does this work.
 */
function selectBatch(database: Database, condition: Condition) {
  return database
    .selectFrom('mails')
    .select('id')
    .where(condition)
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .limit(MAILS_PER_TRANSACTION_MAX);
}

/**
 * Marks a batch of interrupted emails as failed, and returns them. Their processes ended after they had begun to hand the emails to the
 * mail server, so the emails may have arrived.
 */
export async function failInterruptedMails(database: Database, now: Date, error: string): Promise<readonly Mail[]> {
  const isInterrupted: Condition = (where) =>
    where.and([
      where('state', '=', waiting),
      where('claimed_until', '<', now.getTime()),
      where('handed_over_at', 'is not', null),
    ]);
  const rows = await database
    .updateTable('mails')
    .set({ state: 'failed', failed_at: now.getTime(), error, claimed_until: null, handed_over_at: null })
    .where('id', 'in', selectBatch(database, isInterrupted))
    .where(isInterrupted)
    .returningAll()
    .execute();
  return rows.map(toMail);
}

/** Cancels a batch of the waiting emails that have expired, and returns them. */
export async function cancelExpiredMails(database: Database, now: Date, reason: string): Promise<readonly Mail[]> {
  const isExpired: Condition = (where) =>
    where.and([where('expires_at', '<=', now.getTime()), isClaimable(where, now)]);
  const rows = await database
    .updateTable('mails')
    .set({ state: 'cancelled', failed_at: now.getTime(), error: reason, claimed_until: null })
    .where('id', 'in', selectBatch(database, isExpired))
    .where(isExpired)
    .returningAll()
    .execute();
  return rows.map(toMail);
}

/** Cancels the waiting emails that contain a password link, for an account whose links are void. Returns the canceled emails. */
export async function cancelLinkMails(
  database: Database,
  targetId: string,
  reason: string,
): Promise<readonly MailForEvent[]> {
  const rows = await cancelMails(database, { targetId, reason });
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    recipient: row.recipient,
    targetId: row.target_id,
    targetType: row.target_type,
    targetName: row.target_name,
  }));
}

const cancelMails = prepared((database, values: { targetId: string; reason: string }) =>
  database
    .updateTable('mails')
    .set({ state: 'cancelled', error: values.reason })
    .where('target_id', '=', values.targetId)
    .where('state', '=', waiting)
    .where('claimed_until', 'is', null)
    .where('kind', 'in', passwordLinkKinds)
    .returning(['id', 'organization_id', 'kind', 'recipient', 'target_id', 'target_type', 'target_name']),
);

/**
 * Makes an email due now: a waiting email is tried immediately, and a sent or failed email is sent again. Returns false if the email
 * does not exist, was canceled, has expired, or is being sent by a process.
 */
export async function requeueMail(database: Database, organizationId: string, id: string, now: Date): Promise<boolean> {
  const result = await database
    .updateTable('mails')
    .set((expression) => ({
      state: 'waiting',
      attempts: 0,
      sendings: expression
        .case()
        .when('state', '=', 'waiting')
        .then(expression.ref('sendings'))
        .else(expression('sendings', '+', 1))
        .end(),
      next_attempt_at: now.getTime(),
      failed_at: null,
      error: null,
    }))
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .where('state', '!=', 'cancelled')
    .where('claimed_until', 'is', null)
    .where('expires_at', '>', now.getTime())
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
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

/** Counts the emails of one kind that were created for an organization since a time. */
export async function countMailsSince(
  database: Database,
  organizationId: string,
  kind: MailKind,
  since: Date,
): Promise<number> {
  const row = await database
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll<number | string>().as('total'))
    .where('organization_id', '=', organizationId)
    .where('created_at', '>', since.getTime())
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

/**
 * Counts the waiting emails of all organizations, the waiting emails with a failed attempt, and the emails that failed or expired since
 * a time. An email that is canceled because its link was replaced has no `failed_at` and is not counted.
 */
export async function countUndelivered(
  database: Database,
  since: Date,
): Promise<{ readonly waiting: number; readonly delayed: number; readonly failed: number }> {
  const late = await database
    .selectFrom('mails')
    .select(({ fn }) => [
      fn.countAll<number | string>().as('waiting'),
      fn.count<number | string>('error').as('delayed'),
    ])
    .where('state', '=', waiting)
    .executeTakeFirstOrThrow();
  const ended = await database
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll<number | string>().as('failed'))
    .where('failed_at', '>', since.getTime())
    .where('state', 'in', ['failed', 'cancelled'])
    .executeTakeFirstOrThrow();
  return { waiting: Number(late.waiting), delayed: Number(late.delayed), failed: Number(ended.failed) };
}

/** Deletes emails that were created before a time and are not waiting. */
export async function deleteOldMails(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('mails').where('state', '<>', waiting).where('created_at', '<', before.getTime()).execute();
}

/** Returns an email of the outbox from its row. */
export function toMail(row: Selectable<MailTable>): Mail {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    recipient: row.recipient,
    targetId: row.target_id,
    targetType: row.target_type,
    targetName: row.target_name,
    subject: row.subject,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'waiting' ? new Date(row.next_attempt_at) : null,
    createdAt: new Date(row.created_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    error: row.error,
  };
}
