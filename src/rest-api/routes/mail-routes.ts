import { z } from 'zod';
import { forgotUrlOf } from '#accounts/account-mail.ts';
import { findAdministratorById } from '#admins/administrator-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { listMails, mailStates, requeueMail, type Mail } from '#mail/outbox-store.ts';
import { readMail } from '#mail/outbox.ts';
import { buttonOfKind, renderMail, withoutLink, type RenderedMail } from '#mail/render-mail.ts';
import { findTemplate, listOwnTemplates, updateTemplate } from '#mail/template-store.ts';
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
import { listQuerySchema, pageOf } from '../list-query.ts';
import { FieldErrors } from '../rest-error.ts';
import { idParams, route, type Route } from '../route.ts';

const tag = 'Mail';
const mailAnswer = z
  .looseObject({
    id: z.string(),
    kind: z.string(),
    recipient: z.string(),
    subject: z.string(),
    state: z.enum(mailStates),
    attempts: z.int(),
    createdAt: z.string(),
  })
  .meta({ id: 'mail' });
const templateAnswer = templateSchema
  .extend({ type: z.string(), description: z.string(), isCustom: z.boolean(), tokens: z.array(z.string()) })
  .meta({ id: 'mailtemplate' });
const kindParams = z.object({ type: z.enum(mailKindNames) });

/**
 * What arrived is the recipient's alone. A link that did not may be handed over by whoever may set passwords; one that opens
 * the account of an administrator only by who may do all that this one may: otherwise a reader could become any of them.
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

/** The template of a kind after a change of some of its parts. */
async function templateAfter(database: Database, organizationId: string, kind: MailKind, change: TemplateChange) {
  const own = await listOwnTemplates(database, organizationId);
  return changedTemplate(await findTemplate(database, organizationId, kind), own.has(kind), change);
}

/** Throws invalidBody (400) that lists every unknown token, and a button without which the mail would lose its link. */
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

/** Where the button of a kind goes; undefined for kinds without a link. */
function sampleLink(publicUrl: string, kind: MailKind): string | undefined {
  if (kind === 'password_expiration_warning') return `${publicUrl}/portal/forgot`;
  if (!passwordLinkKinds.includes(kind)) return undefined;
  const page = kind === 'activate_user_custom' || kind === 'admin_invitation' ? 'activate' : 'reset';
  return `${publicUrl}/${kind.startsWith('admin_') ? 'console' : 'portal'}/${page}?token=…`;
}

function shownMail(mail: Mail, { text, html, link, replyTo }: RenderedMail) {
  return { ...mail, text, html, link: link ?? null, replyTo: replyTo?.address ?? null };
}

const linkRoute = route(
  {
    method: 'POST',
    path: '/api/mail/outbox/:id/link',
    tag,
    summary: 'Read a mail that has not arrived, with its link; a session confirms that by its password',
    access: 'mail.read',
    confirms: true,
    params: idParams,
    body: z.looseObject({}),
    bodyOptional: true,
    answer: mailAnswer,
  },
  async (context, { params }) => {
    const { deps, organizationId } = identityOf(context);
    const { mail, content } = await readMail(deps, deps.database, organizationId, params.id);
    if (content.link === undefined || !(await mayOpenLink(context, mail))) {
      throw new AppError(
        'roleForbidden',
        `The mail ${quote(mail.id)} has no link that you may read: it has none, or it was sent, or it opens the account of an administrator who may do what you may not, or your role may not set passwords. Send another link to its owner instead.`,
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
      summary: 'List the mails of the outbox, the newest first',
      access: 'mail.read',
      query: listQuerySchema.extend({ state: z.enum(mailStates).optional() }),
      answer: z.array(mailAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      return await listMails(deps.database, organizationId, { ...pageOf(query), state: query.state });
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/mail/outbox/:id',
      tag,
      summary: 'Read a mail of the outbox; for a key, its link is shown as long as it has not arrived',
      access: 'mail.read',
      params: idParams,
      answer: mailAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId, principal } = identityOf(context);
      const { mail, content } = await readMail(deps, deps.database, organizationId, params.id);
      // A link opens an account: a session confirms that its owner is present before it gets one.
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
      summary: 'Send a mail now that waits, or once more one that was sent or given up',
      access: 'mail.write',
      params: idParams,
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
            `There is no mail ${quote(params.id)} that can be sent: it is being sent, or was cancelled, or its link does not work any more. For another link, send the activation mail again, or reset the password.`,
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
      summary: 'List what mails say',
      access: 'mail.read',
      answer: z.array(templateAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const own = await listOwnTemplates(deps.database, organizationId);
      return await Promise.all(mailKindNames.map((kind) => shownTemplate(context, kind, own.has(kind))));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'What one kind of mail says',
      access: 'mail.read',
      params: kindParams,
      answer: templateAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const own = await listOwnTemplates(deps.database, organizationId);
      return await shownTemplate(context, params.type, own.has(params.type));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Change parts of one kind of mail; parts that are not sent stay as they are',
      access: 'mail.write',
      params: kindParams,
      body: templateChangeSchema,
      answer: templateAnswer,
    },
    async (context, { params, body }) => await changeTemplate(context, params.type, body),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Go back to the text of the product',
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
      summary: 'Show a mail with sample values, and list what a change would be refused for',
      access: 'mail.read',
      params: kindParams,
      body: templateChangeSchema,
      answer: z.object({
        subject: z.string(),
        text: z.string(),
        html: z.string(),
        problems: z.array(z.object({ part: z.string(), message: z.string() })),
      }),
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
