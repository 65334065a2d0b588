import { recordEvent } from '#audit/event-store.ts';
import type { EventTarget, FieldChange, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { errorTable } from '#base/error-table.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { cancelExpiredMails, MAILS_PER_TRANSACTION_MAX, type MailForEvent } from './outbox-store.ts';

/** The result of an attempt to send an email of the outbox, or of its cancellation. */
export interface MailResult {
  readonly type: 'mail_delivered' | 'mail_delayed' | 'mail_failed' | 'mail_cancelled';
  /** The response of the mail server, or the reason why the email was not sent. */
  readonly answer: string;
  /** The time of the next attempt. */
  readonly next?: Date | undefined;
  /** True if the email may have arrived although its attempt failed. */
  readonly isUnclear?: boolean | undefined;
}

/**
 * Records the result of an email as an event about the user or administrator that the email is about. Pass the transaction in which
 * the state of the email changes.
 */
export async function recordMailResult(
  transaction: Database,
  clock: Clock,
  mail: MailForEvent,
  { type, answer, next, isUnclear = false }: MailResult,
): Promise<void> {
  const isFailure = type === 'mail_failed' || type === 'mail_cancelled';
  await recordEvent(transaction, clock, mailOrigin(mail.organizationId), {
    type,
    target: targetOf(mail),
    changes: [
      field('mail', mail.id),
      field('kind', mail.kind),
      field('recipient', mail.recipient),
      field('answer', answer),
      ...(next === undefined ? [] : [field('next_attempt_at', next.toISOString())]),
    ],
    ...(isFailure && {
      error: isUnclear
        ? {
            code: 'mailArrivalUnknown',
            status: errorTable.mailArrivalUnknown.status,
            message: `The email to ${mail.recipient} may have arrived: ${answer}`,
          }
        : {
            code: 'mailNotDelivered',
            status: errorTable.mailNotDelivered.status,
            message: `The email to ${mail.recipient} was not delivered: ${answer}`,
          },
    }),
  });
}

function field(name: string, value: string): FieldChange {
  return { field: name, from: null, to: value };
}

/** Returns the origin of every event about the result of an email. */
export function mailOrigin(organizationId: string): Origin {
  return {
    organizationId,
    actor: { type: 'system', id: null, name: 'mail' },
    integration: undefined,
    request: undefined,
  };
}

function targetOf({ id, recipient, targetId, targetType, targetName }: MailForEvent): EventTarget {
  return targetType === 'user' || targetType === 'admin'
    ? { type: targetType, id: targetId, name: targetName }
    : { type: 'mail', id, name: recipient };
}

/** Cancels all emails that are no longer useful, and records an event for each. */
export async function cancelLateMails({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Promise<void> {
  const answer = 'It was not sent in time and is no longer useful.';
  let cancelled: number;
  do {
    cancelled = await inTransaction(database, async (transaction) => {
      const mails = await cancelExpiredMails(transaction, clock.now(), answer);
      for (const mail of mails) await recordMailResult(transaction, clock, mail, { type: 'mail_cancelled', answer });
      return mails.length;
    });
  } while (cancelled === MAILS_PER_TRANSACTION_MAX);
}
