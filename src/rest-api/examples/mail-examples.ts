import type { JsonObject } from '#base/json.ts';
import { buttonOfKind, renderMail, type RenderedMail } from '#mail/render-mail.ts';
import { templateProblems } from '#mail/template-problems.ts';
import { changedTemplate, mailKinds, sampleTokensOf } from '#mail/templates.ts';
import { ids, modified, placeholders, type Examples } from './example.ts';

const outbox = '/api/mail/outbox';
const templates = '/api/v2/customemails/:type';

const kind = 'activate_user_custom';
const key = { kind, language: 'en' } as const;
const { description, tokens, template: parts } = mailKinds[kind];
const template = {
  type: kind,
  description,
  readerLanguage: 'en',
  isCustom: false,
  customLanguages: [],
  ...parts,
  tokens: [...tokens],
};
const change = { subject: 'Your new account at #{org_name}', header: 'Welcome to #{org_name}, #{first_name}' };
const faulty = { body: 'Your user name is #{user_name}.' };
const rendering = { timeZone: 'UTC', button: buttonOfKind(key) };
const publicUrl = 'https://directory.contoso.com';
const previewed = renderMail(
  changedTemplate(parts, { ...key, isCustom: false }, faulty),
  { ...sampleTokensOf(kind), org_name: 'Contoso', forgot_url: `${publicUrl}/portal/forgot` },
  `${publicUrl}/portal/activate?token=…`,
  rendering,
);

/** An email that the mail server has not accepted yet. */
const mail = {
  id: ids.mail,
  organizationId: ids.organization,
  kind,
  recipient: 'carla.weiss@contoso.com',
  targetId: ids.newUser,
  targetType: 'user',
  targetName: 'carla.weiss',
  subject: 'Your account at Contoso',
  state: 'waiting',
  attempts: 0,
  nextAttemptAt: modified,
  createdAt: modified,
  sentAt: null,
  error: null,
};
const rendered = renderMail(
  parts,
  { first_name: 'Carla', username: 'carla.weiss', org_name: 'Contoso', expires: new Date('2026-02-10T14:05:00Z') },
  `${publicUrl}/portal/activate?token=${placeholders.linkToken}`,
  rendering,
);

function contentOf({ text, html, link }: RenderedMail): JsonObject {
  return { ...mail, text, html, link: link ?? null, replyTo: null };
}

/** Examples of the operations on the outbox and on templates. */
export const mailExamples: Examples = {
  [`GET ${outbox}`]: { answer: [mail] },
  [`GET ${outbox}/:id`]: { answer: contentOf(rendered) },
  [`POST ${outbox}/:id/link`]: {
    body: { password: placeholders.password },
    answer: contentOf(rendered),
  },
  [`POST ${outbox}/:id/resend`]: { body: {} },
  'POST /api/mail/test': {
    body: {},
    answer: {
      ...mail,
      kind: 'mail_test',
      recipient: 'it@contoso.com',
      targetId: ids.administrator,
      targetType: 'admin',
      targetName: 'it@contoso.com',
      subject: 'Test email of Contoso',
      hasMailServer: false,
    },
  },
  'GET /api/v2/customemail/templates': { answer: [template] },
  [`GET ${templates}`]: { answer: template },
  [`PUT ${templates}`]: {
    body: change,
    answer: { ...template, ...change, isCustom: true, customLanguages: ['en'], language: '' },
  },
  [`DELETE ${templates}`]: { answer: template },
  [`POST ${templates}/preview`]: {
    body: faulty,
    answer: {
      subject: previewed.subject,
      text: previewed.text,
      html: previewed.html,
      problems: templateProblems(key, { ...parts, ...faulty }).map(({ part, message }) => ({ part, message })),
    },
  },
};
