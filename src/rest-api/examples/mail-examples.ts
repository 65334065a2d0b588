import { created, ids, placeholders, type Examples } from './example.ts';

const outbox = '/api/mail/outbox';
const templates = '/api/v2/customemails/:type';

const mail = {
  id: ids.mail,
  organizationId: ids.organization,
  kind: 'activate_user_custom',
  recipient: 'ann.meier@contoso.com',
  targetId: ids.user,
  targetType: 'user',
  targetName: 'ann.meier',
  subject: 'Your account at Contoso',
  state: 'waiting',
  attempts: 1,
  nextAttemptAt: '2026-01-12T08:35:00.000Z',
  createdAt: created,
  sentAt: null,
  error: 'connect ECONNREFUSED 192.0.2.25:25',
};
const text = 'Welcome, Ann\n\nAn account was created for you at Contoso.';
const content = { text, html: '<p>Welcome, Ann</p>', link: null, replyTo: 'it@contoso.com' };
const link = `https://directory.contoso.com/portal/activate?token=${placeholders.linkToken}`;

const parts = {
  subject: 'Your account at #{org_name}',
  header: 'Welcome, #{first_name}',
  body: 'An account was created for you. Set a password before #{expires}.',
  button: 'Set your password',
  nextStepContactInfo: 'Questions? Ask #{contact_name} #{contact_email}.',
  language: 'en',
};
const template = {
  type: 'activate_user_custom',
  description: 'A new user, who has no password yet.',
  isCustom: true,
  ...parts,
  tokens: ['first_name', 'username', 'org_name', 'contact_name', 'contact_email', 'expires'],
};

/** Examples of the operations on the outbox and on templates. */
export const mailExamples: Examples = {
  [`GET ${outbox}`]: { answer: [mail] },
  [`GET ${outbox}/:id`]: { answer: { ...mail, ...content } },
  [`POST ${outbox}/:id/link`]: {
    body: { password: placeholders.password },
    answer: { ...mail, ...content, text: `${text}\n\n${link}`, link },
  },
  [`POST ${outbox}/:id/resend`]: { body: {} },
  'GET /api/v2/customemail/templates': { answer: [template] },
  [`GET ${templates}`]: { answer: template },
  [`PUT ${templates}`]: { body: parts, answer: template },
  [`DELETE ${templates}`]: { answer: { ...template, isCustom: false } },
  [`POST ${templates}/preview`]: {
    body: { subject: 'Your account at #{org_name}', body: 'Your user name is #{user_name}.' },
    answer: {
      subject: 'Your account at Contoso',
      text: 'Your user name is #{user_name}.',
      html: '<p>Your user name is #{user_name}.</p>',
      problems: [{ part: 'body', message: 'There is no token #{user_name}.' }],
    },
  },
};
