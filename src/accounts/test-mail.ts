import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { queueMail } from '#mail/outbox.ts';
import { organizationLabel } from '#organizations/organization-name.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import type { AccountDeps } from './account.ts';
import { forgotUrlOf } from './account-mail.ts';
import { receivesMail } from './unreachable.ts';

/**
 * Puts a test email to the address of an administrator into the outbox, records an event, and returns the id of the email. Throws `conflict`
 * (409) for a placeholder address, which receives no email.
 */
export async function queueTestMail(
  deps: AccountDeps,
  origin: Origin,
  { id: targetId, email: recipient }: { readonly id: string; readonly email: string },
): Promise<string> {
  if (!receivesMail(recipient)) {
    throw new TranslatedError('conflict', ({ admin }) => admin.outbox.ownAddress(quote(recipient), recipient), {
      attribute: 'email',
      value: recipient,
    });
  }
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    const organization = await findOrganization(transaction, organizationId);
    const { contactName, contactEmail, timeZone, language } = await findSettings(transaction, organizationId);
    const mailId = await queueMail(deps, transaction, {
      organizationId,
      kind: 'mail_test',
      recipient,
      targetId,
      targetType: 'admin',
      targetName: recipient,
      timeZone,
      language,
      tokens: {
        first_name: '',
        username: recipient,
        org_name: organizationLabel(organization?.name, language),
        forgot_url: forgotUrlOf(deps, { kind: 'administrator' }),
        contact_name: contactName,
        contact_email: contactEmail,
        admin_email_link: contactEmail === '' ? '' : `mailto:${contactEmail}`,
      },
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'mail_test',
      target: { type: 'mail', id: mailId, name: recipient },
    });
    return mailId;
  });
}
