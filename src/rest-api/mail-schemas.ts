import { z } from 'zod';
import { mailStates } from '#mail/outbox-store.ts';
import { mailKindNames } from '#mail/templates.ts';
import { describeFields, fieldTextsOf } from './describe-fields.ts';
import { eventTime } from './event-search.ts';
import { listQuerySchema } from './list-query.ts';
import { pageQuery } from './schemas.ts';

/** The maximum number of characters of an address that emails are searched by. */
const MAIL_ADDRESS_LENGTH_MAX = 1_024;

export const mailShape = {
  id: z.string(),
  organizationId: z.string(),
  kind: z.string(),
  recipient: z.string(),
  targetId: z.string().nullable(),
  targetType: z.string().nullable(),
  targetName: z.string().nullable(),
  subject: z.string(),
  state: z.enum(mailStates),
  attempts: z.int(),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
  error: z.string().nullable(),
} as const;
export const mailTexts = {
  id: 'The id of the email: 24 hexadecimal digits.',
  organizationId: 'The id of the organization that sends the email: 24 hexadecimal digits.',
  kind: 'The kind of email, which is also the type of its template.',
  recipient: 'The email address that the email goes to.',
  targetId: 'The id of the user or administrator that the email is about; null if there is none.',
  targetType: 'The kind of resource that the email is about, such as user or admin; null if there is none.',
  targetName: 'The name of the resource that the email is about; null if there is none.',
  subject: 'The subject line.',
  state:
    'waiting: to be sent; sent: the mail server accepted it; failed: all attempts failed; cancelled: no longer needed.',
  attempts: 'The number of attempts to send the email.',
  nextAttemptAt: 'When the next attempt to send the email is due: RFC 3339, in UTC; null if there is none.',
  createdAt: 'When the email was created: RFC 3339, in UTC.',
  sentAt: 'When the mail server accepted the email: RFC 3339, in UTC; null if the email has not been sent.',
  error: 'Why the last attempt failed, or why the email is no longer sent; null if nothing went wrong.',
} as const;
export const mailAnswer = describeFields(z.looseObject(mailShape), mailTexts).meta({
  id: 'mail',
  description: 'An email of the outbox, without its text.',
});
export const outboxQuery = describeFields(
  listQuerySchema.pick({ limit: true, skip: true }).extend({
    state: z.enum(mailStates).optional(),
    recipient: z.string().trim().max(MAIL_ADDRESS_LENGTH_MAX).optional(),
    kind: z.enum(mailKindNames).optional(),
    from: eventTime.optional(),
  }),
  {
    ...fieldTextsOf(pageQuery),
    state: 'The state of the emails to list. Default: all states.',
    recipient: 'Only emails to this address: the whole address, in any letter case. At most 1,024 characters.',
    kind: 'Only emails of this kind, which is the type of its template.',
    from: 'Only emails that were created at or after this time: RFC 3339 with an offset.',
  },
);
