import { listEvents, recordEvent } from '#audit/event-store.ts';
import type { EventTarget } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { mailOrigin } from '#mail/mail-events.ts';
import type { MailKind } from '#mail/templates.ts';

/** False for an address that only stands for one, such as that of the first administrator, and of service accounts. */
export function receivesMail(address: string): boolean {
  return address !== '' && !address.toLowerCase().endsWith('@localhost');
}

/** Records that a mail was not written, because its recipient, or every possible one, has an address that receives none. */
export async function recordSkippedMail(
  { clock }: { readonly clock: Clock },
  transaction: Database,
  organizationId: string,
  mail: { readonly kind: MailKind; readonly recipient?: string; readonly target: EventTarget },
): Promise<void> {
  const { kind, recipient, target } = mail;
  await recordEvent(transaction, clock, mailOrigin(organizationId), {
    type: 'mail_skipped',
    target,
    changes: [
      { field: 'kind', from: null, to: kind },
      ...(recipient === undefined ? [] : [{ field: 'recipient', from: null, to: recipient }]),
    ],
    error: {
      code: 'mailNotDelivered',
      status: 502,
      message: `The mail ${kind} was not written: ${recipient ?? 'no administrator whom it concerns'} receives ${recipient === undefined ? '' : 'no '}mail. Give an administrator an address: tanhua admin set ${recipient ?? 'EMAIL'} --email NEW`,
    },
  });
}

/** Whether there is an event of a skipped mail about a target since a moment: one is enough for a while. */
export async function wasSkippedSince(
  database: Database,
  organizationId: string,
  target: string,
  since: number,
): Promise<boolean> {
  const [last] = await listEvents(database, { organizationId, target, type: 'mail_skipped', limit: 1 });
  return last !== undefined && Date.parse(String(last['timestamp'])) >= since;
}
