import { z } from 'zod';
import { findAdministratorById } from '#admins/administrator-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { requeueMail, type Mail } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { withoutLink, type RenderedMail } from '#mail/render-mail.ts';
import { identityOf, originOf, withQuota, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pageOf } from '../list-query.ts';
import { mailAnswer, mailShape, mailTexts, outboxQuery } from '../mail-schemas.ts';
import { pathIds, route, type Route } from '../route.ts';

const tag = 'Mail';
const mailIdParams = pathIds({ id: 'The id of the email: 24 hexadecimal digits.' });
const contentAnswer = describeFields(
  z.looseObject({
    ...mailShape,
    text: z.string(),
    html: z.string(),
    link: z.string().nullable(),
    replyTo: z.string().nullable(),
  }),
  {
    ...mailTexts,
    text: 'The email as plain text.',
    html: 'The email as HTML.',
    link: 'The link in the email, if the caller may see it; otherwise null.',
    replyTo: 'The email address that replies go to; null for the address of the sender.',
  },
).meta({ id: 'mailcontent', description: 'An email of the outbox, with its text.' });

/**
 * True if the caller may see the link in an email. A link in an email that was sent is for the recipient only. Other links require
 * permission to set passwords. A link to the account of an administrator also requires all permissions of that administrator:
 * otherwise the caller could gain these permissions by opening the link.
 */
async function mayOpenLink(context: Context, { state, kind, targetId }: Mail): Promise<boolean> {
  const { deps, organizationId, permissions } = identityOf(context);
  if (state === 'sent') return false;
  if (!kind.startsWith('admin_')) return permissions.has('users.help');
  if (!permissions.has('administrators.write')) return false;
  const found = await findAdministratorById(deps.database, organizationId, targetId ?? '');
  return found === undefined || found.permissions.isSubsetOf(permissions);
}

function shownMail(mail: Mail, { text, html, link, replyTo }: RenderedMail) {
  return { ...mail, text, html, link: link ?? null, replyTo: replyTo?.address ?? null };
}

const linkRoute = route(
  {
    method: 'POST',
    path: '/api/mail/outbox/:id/link',
    tag,
    summary: 'Read an email that was not sent, with its link; a session has to send the password of its owner',
    access: 'mail.read',
    confirms: true,
    params: mailIdParams,
    body: z.looseObject({}),
    bodyOptional: true,
    answer: contentAnswer,
  },
  async (context, { params }) => {
    const { deps, organizationId } = identityOf(context);
    const { mail, content } = await readMail(deps, deps.database, organizationId, params.id);
    if (content.link === undefined || !(await mayOpenLink(context, mail))) {
      throw new TranslatedError('roleForbidden', ({ admin }) => admin.outbox.linkForbidden(quote(mail.id)));
    }
    await inTransaction(deps.database, (transaction) =>
      recordEvent(transaction, deps.clock, originOf(context), {
        type: 'mail_link_show',
        target: { type: 'mail', id: mail.id, name: mail.recipient },
      }),
    );
    return shownMail(mail, content);
  },
);

export const mailRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/mail/outbox',
      tag,
      summary: 'List the emails of the outbox, newest first',
      access: 'mail.read',
      query: outboxQuery,
      answer: z.array(mailAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { state, recipient, kind, from } = query;
      return await listMails(deps.database, organizationId, {
        ...pageOf(query),
        state,
        recipient,
        kind,
        from: from === undefined ? undefined : new Date(from),
      });
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/mail/outbox/:id',
      tag,
      summary: 'Read an email of the outbox; an API key also gets its link, unless the email was sent',
      access: 'mail.read',
      params: mailIdParams,
      answer: contentAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId, principal } = identityOf(context);
      const { mail, content } = await readMail(deps, deps.database, organizationId, params.id);
      // A link gives access to an account, so a session receives it only from the route that requires the caller's password.
      const isOpen = principal.credential !== 'session' && (await mayOpenLink(context, mail));
      return shownMail(mail, isOpen ? content : withoutLink(content));
    },
  ),
  linkRoute,
  route(
    {
      method: 'POST',
      path: '/api/mail/outbox/:id/resend',
      tag,
      summary: 'Send a waiting email now, or a sent or failed email again',
      access: 'mail.write',
      params: mailIdParams,
      body: z.looseObject({}),
      bodyOptional: true,
      status: 204,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const send = async (transaction: Database) => {
        if (!(await requeueMail(transaction, organizationId, params.id, deps.clock.now()))) {
          throw new TranslatedError('notFound', ({ admin }) => admin.outbox.notSendable(quote(params.id)));
        }
        await recordEvent(transaction, deps.clock, originOf(context), {
          type: 'mail_resend',
          target: { type: 'mail', id: params.id, name: null },
        });
      };
      await withQuota(context, 'requestedMails', async () => await inTransaction(deps.database, send));
      deps.wakeMailer();
    },
  ),
];
