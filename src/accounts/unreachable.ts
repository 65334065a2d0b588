import { mailKindWords } from '#audit/value-words.ts';
import { listEvents, recordEvent } from '#audit/event-store.ts';
import type { EventTarget } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { mailOrigin } from '#mail/mail-events.ts';
import type { MailKind } from '#mail/templates.ts';

/** False for an empty address and for placeholders ending in @localhost, which the first administrator and service accounts have. */
export function receivesMail(address: string): boolean {
  return address !== '' && !address.toLowerCase().endsWith('@localhost');
}

/** Records that an email was not sent, because its recipient cannot receive email, or because it has no recipient who can. */
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
      message: `The email "${mailKindWords(kind)}" was not sent: ${recipient ?? 'no administrator whom it concerns'} receives ${recipient === undefined ? '' : 'no '}email. Give an administrator an address: tanhua admin set ${recipient ?? 'EMAIL'} --email NEW`,
    },
  });
}

/** True if a skipped email about a target was recorded at or after `since`: one event per period is enough. */
export async function wasSkippedSince(
  database: Database,
  organizationId: string,
  target: string,
  since: number,
): Promise<boolean> {
  const [last] = await listEvents(database, { organizationId, target, type: 'mail_skipped', limit: 1 });
  return last !== undefined && Date.parse(String(last['timestamp'])) >= since;
}
