import { z } from 'zod';
import { forgotUrlOf } from '#accounts/account-mail.ts';
import { findAdministratorById } from '#admins/administrator-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { listMails, mailStates, requeueMail, type Mail } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { buttonOfKind, renderMail, withoutLink, type RenderedMail } from '#mail/render-mail.ts';
import { findTemplate, listCustomTemplates, updateTemplate } from '#mail/template-store.ts';
import { templateProblems } from '#mail/template-problems.ts';
import {
  changedTemplate,
  mailKindNames,
  mailKinds,
  passwordLinkKinds,
  sampleTokensOf,
  templateChangeSchema,
  templateSchema,
  type MailKind,
} from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { identityOf, originOf, withQuota, type Context } from '../context.ts';
import { describeFields, fieldTextsOf, READ_ONLY_TEXT } from '../describe-fields.ts';
import { eventTime } from '../event-search.ts';
import { listQuerySchema, pageOf } from '../list-query.ts';
import { FieldErrors } from '../rest-error.ts';
import { pathIds, route, type Route } from '../route.ts';
import { pageQuery } from '../schemas.ts';

const tag = 'Mail';
const mailIdParams = pathIds({ id: 'The id of the email: 24 hexadecimal digits.' });
const mailShape = {
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
const mailTexts = {
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
const mailAnswer = describeFields(z.looseObject(mailShape), mailTexts).meta({
  id: 'mail',
  description: 'An email of the outbox, without its text.',
});
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

const partTexts = {
  subject: 'The subject line: 1 to 200 characters on one line, may contain tokens such as #{first_name}.',
  header: 'The heading of the email: at most 4,000 characters, may contain tokens.',
  body: 'The text of the email: at most 4,000 characters, may contain tokens.',
  button: 'The label of the button that opens the link: at most 100 characters; required for an email with a link.',
  nextStepContactInfo: 'The closing text, usually whom to ask: at most 4,000 characters, may contain tokens.',
  language:
    'The language of the text and of its dates, such as en or de-CH: at most 35 characters; empty if it is not known.',
} as const;
const templateAnswer = describeFields(
  templateSchema.extend({
    type: z.string(),
    description: z.string(),
    isCustom: z.boolean(),
    tokens: z.array(z.string()),
  }),
  {
    ...partTexts,
    type: 'The kind of email.',
    description: 'Who gets the email, and when.',
    isCustom: 'True if the organization replaced the default text.',
    tokens: 'The names of the tokens that the template may contain.',
  },
).meta({ id: 'mailtemplate', description: 'The text of one kind of email.' });
const templateBody = describeFields(templateChangeSchema, {
  ...partTexts,
  type: READ_ONLY_TEXT,
  description: READ_ONLY_TEXT,
  isCustom: READ_ONLY_TEXT,
  tokens: READ_ONLY_TEXT,
});
const kindParams = describeFields(z.object({ type: z.enum(mailKindNames) }), { type: 'The kind of email.' });
const outboxQuery = describeFields(
  listQuerySchema
    .pick({ limit: true, skip: true })
    .extend({ state: z.enum(mailStates).optional(), from: eventTime.optional() }),
  {
    ...fieldTextsOf(pageQuery),
    state: 'The state of the emails to list. Default: all states.',
    from: 'Only emails that were created at or after this time: RFC 3339 with an offset.',
  },
);

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

async function shownTemplate(context: Context, kind: MailKind, isCustom: boolean) {
  const { deps, organizationId } = identityOf(context);
  const template = await findTemplate(deps.database, organizationId, kind);
  const { description, tokens } = mailKinds[kind];
  return { type: kind, description, isCustom, ...template, tokens: [...tokens] };
}

type TemplateChange = z.output<typeof templateChangeSchema>;

/** Returns the template of a kind of email after a change to some of its parts. Does not store the change. */
async function templateAfter(database: Database, organizationId: string, kind: MailKind, change: TemplateChange) {
  const own = await listCustomTemplates(database, organizationId);
  return changedTemplate(await findTemplate(database, organizationId, kind), own.has(kind), change);
}

/**
 * Changes the template of a kind of email, or resets the template if `change` is undefined. Throws `invalidBody` (400) with a list of all
 * unknown tokens, and of a missing button if the email needs a button for its link.
 */
async function changeTemplate(context: Context, kind: MailKind, change: TemplateChange | undefined) {
  const { deps, organizationId } = identityOf(context);
  await inTransaction(deps.database, async (transaction) => {
    const before = await findTemplate(transaction, organizationId, kind);
    const template = change && (await templateAfter(transaction, organizationId, kind, change));
    const problems = template === undefined ? [] : templateProblems(kind, template);
    if (problems.length > 0) {
      throw new FieldErrors(
        problems.map(({ message }) => message).join(' '),
        problems.map(({ part, message }) => ({ field: part, description: message })),
      );
    }
    await updateTemplate(transaction, organizationId, kind, template);
    await recordEvent(transaction, deps.clock, originOf(context), {
      type: 'mail_template_update',
      target: { type: 'mail', id: null, name: kind },
      changes: [{ field: 'template', from: before, to: template ?? null }],
    });
  });
  return await shownTemplate(context, kind, change !== undefined);
}

/** Returns a sample link for the button of a kind of email, or undefined for kinds without a link. */
function sampleLink(publicUrl: string, kind: MailKind): string | undefined {
  if (kind === 'password_expiration_warning') return `${publicUrl}/portal/forgot`;
  if (!passwordLinkKinds.includes(kind)) return undefined;
  const page = kind === 'activate_user_custom' || kind === 'admin_invitation' ? 'activate' : 'reset';
  return `${publicUrl}/${kind.startsWith('admin_') ? 'console' : 'portal'}/${page}?token=…`;
}

function shownMail(mail: Mail, { text, html, link, replyTo }: RenderedMail) {
  return { ...mail, text, html, link: link ?? null, replyTo: replyTo?.address ?? null };
}

const previewAnswer = describeFields(
  z.object({
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    problems: z.array(z.object({ part: z.string(), message: z.string() })),
  }),
  {
    subject: 'The subject line with sample values.',
    text: 'The email as plain text, with sample values.',
    html: 'The email as HTML, with sample values.',
    problems: 'The problems for which the change would be refused; empty if there are none.',
    'problems.part': 'The part of the template that has the problem.',
    'problems.message': 'What is wrong with the part, as a text for people.',
  },
);

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
      throw new AppError(
        'roleForbidden',
        `You may not read a link in the email ${quote(mail.id)}: the email has no link or was sent, the link opens the account of an administrator with permissions that you do not have, or your role may not set passwords. Send a new link to the owner of the account instead.`,
      );
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
      const { state, from } = query;
      return await listMails(deps.database, organizationId, {
        ...pageOf(query),
        state,
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
          throw new AppError(
            'notFound',
            `The email ${quote(params.id)} cannot be sent: it does not exist, is being sent, was canceled, or its link no longer works. For a new link, send the activation email again, or reset the password.`,
          );
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
  route(
    {
      method: 'GET',
      path: '/api/v2/customemail/templates',
      tag,
      summary: 'List the templates of all kinds of email',
      access: 'mail.read',
      answer: z.array(templateAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const own = await listCustomTemplates(deps.database, organizationId);
      return await Promise.all(mailKindNames.map((kind) => shownTemplate(context, kind, own.has(kind))));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Show the template of a kind of email',
      access: 'mail.read',
      params: kindParams,
      answer: templateAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const own = await listCustomTemplates(deps.database, organizationId);
      return await shownTemplate(context, params.type, own.has(params.type));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Change parts of the template of a kind of email; other parts keep their text',
      access: 'mail.write',
      params: kindParams,
      body: templateBody,
      answer: templateAnswer,
    },
    async (context, { params, body }) => await changeTemplate(context, params.type, body),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Reset the template of a kind of email to the default text',
      access: 'mail.write',
      params: kindParams,
      answer: templateAnswer,
    },
    async (context, { params }) => await changeTemplate(context, params.type, undefined),
  ),
  route(
    {
      method: 'POST',
      path: '/api/v2/customemails/:type/preview',
      tag,
      summary: 'Preview an email with sample values, and list the problems for which a change would be refused',
      access: 'mail.read',
      params: kindParams,
      body: templateBody,
      answer: previewAnswer,
    },
    async (context, { params: { type: kind }, body }) => {
      const { deps, organizationId } = identityOf(context);
      const template = await templateAfter(deps.database, organizationId, kind, body);
      const { timeZone } = await findSettings(deps.database, organizationId);
      const { accounts } = context.services;
      const link = sampleLink(accounts.publicUrl(), kind);
      const forgotUrl = forgotUrlOf(accounts, { kind: kind.startsWith('admin_') ? 'administrator' : 'user' });
      const rendering = { timeZone, button: buttonOfKind(kind) };
      const { subject, text, html } = renderMail(
        template,
        { ...sampleTokensOf(kind), forgot_url: forgotUrl },
        link,
        rendering,
      );
      return { subject, text, html, problems: [...templateProblems(kind, template)] };
    },
  ),
];
