import { z } from 'zod';
import { languages, type Language } from '#base/words/language.ts';
import { changeTemplate, templateAfter } from '#mail/change-template.ts';
import { describeMailKind } from '#mail/default-template.ts';
import { findTemplate, listCustomTemplates, type TemplateKey } from '#mail/template-store.ts';
import { templateProblems } from '#mail/template-problems.ts';
import {
  mailKindNames,
  mailKinds,
  TEMPLATE_TEXT_LENGTH_MAX,
  templateChangeSchema,
  templateSchema,
  tokenNames,
  type TemplateChange,
} from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { identityOf, languageOf, originOf, type Context } from '../context.ts';
import { describeFields, READ_ONLY_TEXT } from '../describe-fields.ts';
import { previewMail } from '../mail-preview.ts';
import { FieldErrors } from '../rest-error.ts';
import { route, type Route } from '../route.ts';

const tag = 'Mail';

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
    readerLanguage: z.enum(languages),
    isCustom: z.boolean(),
    customLanguages: z.array(z.enum(languages)),
    tokens: z.array(z.string()),
  }),
  {
    ...partTexts,
    type: 'The kind of email.',
    description: 'Who gets the email, and when.',
    readerLanguage: 'The language of the readers who get this text: en or zh.',
    isCustom: 'True if the organization replaced the default text for these readers.',
    customLanguages: 'The languages of readers for whom the organization replaced the default text.',
    tokens: 'The names of the tokens that the template may contain.',
  },
).meta({ id: 'mailtemplate', description: 'The text of one kind of email.' });
const templateTexts = {
  ...partTexts,
  type: READ_ONLY_TEXT,
  description: READ_ONLY_TEXT,
  readerLanguage: READ_ONLY_TEXT,
  isCustom: READ_ONLY_TEXT,
  customLanguages: READ_ONLY_TEXT,
  tokens: READ_ONLY_TEXT,
} as const;
const templateBody = describeFields(templateChangeSchema, templateTexts);
const kindParams = describeFields(z.object({ type: z.enum(mailKindNames) }), { type: 'The kind of email.' });
const readersQuery = describeFields(z.object({ readerLanguage: z.enum(languages).optional() }), {
  readerLanguage: 'The language of the readers: en or zh. Default: the language of the organization.',
});

type ReadersQuery = z.output<typeof readersQuery>;

/** Returns the language of the readers that a request names, or else that of the organization. */
async function readersOf(context: Context, { readerLanguage }: ReadersQuery): Promise<Language> {
  if (readerLanguage !== undefined) return readerLanguage;
  const { deps, organizationId } = identityOf(context);
  return (await findSettings(deps.database, organizationId)).language;
}

async function shownTemplate(context: Context, key: TemplateKey, custom: CustomTemplates) {
  const { deps, organizationId } = identityOf(context);
  const template = await findTemplate(deps.database, organizationId, key);
  const { tokens } = mailKinds[key.kind];
  const customLanguages = [...(custom.get(key.kind) ?? [])];
  return {
    type: key.kind,
    description: describeMailKind(key.kind, languageOf(context)),
    readerLanguage: key.language,
    isCustom: customLanguages.includes(key.language),
    customLanguages,
    ...template,
    tokens: [...tokens],
  };
}

type CustomTemplates = Awaited<ReturnType<typeof listCustomTemplates>>;
/**
 * Changes the template of a kind of email, or resets the template if `change` is undefined. Throws `invalidBody` (400) with a list of all
 * unknown tokens, and of a missing button if the email needs a button for its link.
 */
async function changeShownTemplate(context: Context, key: TemplateKey, change: TemplateChange | undefined) {
  const { deps, organizationId } = identityOf(context);
  const problems = await changeTemplate(deps, originOf(context), key, { change, language: languageOf(context) });
  if (problems.length > 0) {
    throw new FieldErrors(
      problems.map(({ message }) => message).join(' '),
      problems.map(({ part, message }) => ({ field: part, description: message })),
    );
  }
  return await shownTemplate(context, key, await listCustomTemplates(deps.database, organizationId));
}

const previewBody = describeFields(
  templateChangeSchema.extend({
    values: z.partialRecord(z.enum(tokenNames), z.string().max(TEMPLATE_TEXT_LENGTH_MAX)).optional(),
  }),
  {
    ...templateTexts,
    values:
      'The values of tokens such as role. With values, the email is shown as it would be sent now, so that the tokens of the organization have its own values; without, tokens have sample values.',
  },
);
const previewAnswer = describeFields(
  z.object({
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    problems: z.array(z.object({ part: z.string(), message: z.string() })),
  }),
  {
    subject: 'The subject line, with the values of tokens.',
    text: 'The email as plain text, with the values of tokens.',
    html: 'The email as HTML, with the values of tokens.',
    problems: 'The problems for which the change would be refused; empty if there are none.',
    'problems.part': 'The part of the template that has the problem.',
    'problems.message': 'What is wrong with the part, as a text for people.',
  },
);

/** The routes of the texts of emails. */
export const mailTemplateRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/v2/customemail/templates',
      tag,
      summary: 'List the templates of all kinds of email',
      access: 'mail.read',
      query: readersQuery,
      answer: z.array(templateAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const custom = await listCustomTemplates(deps.database, organizationId);
      const language = await readersOf(context, query);
      return await Promise.all(mailKindNames.map((kind) => shownTemplate(context, { kind, language }, custom)));
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
      query: readersQuery,
      answer: templateAnswer,
    },
    async (context, { params: { type: kind }, query }) => {
      const { deps, organizationId } = identityOf(context);
      const custom = await listCustomTemplates(deps.database, organizationId);
      return await shownTemplate(context, { kind, language: await readersOf(context, query) }, custom);
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
      query: readersQuery,
      body: templateBody,
      answer: templateAnswer,
    },
    async (context, { params: { type: kind }, query, body }) =>
      await changeShownTemplate(context, { kind, language: await readersOf(context, query) }, body),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/customemails/:type',
      tag,
      summary: 'Reset the template of a kind of email to the default text',
      access: 'mail.write',
      params: kindParams,
      query: readersQuery,
      answer: templateAnswer,
    },
    async (context, { params: { type: kind }, query }) =>
      await changeShownTemplate(context, { kind, language: await readersOf(context, query) }, undefined),
  ),
  route(
    {
      method: 'POST',
      path: '/api/v2/customemails/:type/preview',
      tag,
      summary: 'Preview an email, and list the problems for which a change would be refused',
      access: 'mail.read',
      params: kindParams,
      query: readersQuery,
      body: previewBody,
      answer: previewAnswer,
    },
    async (context, { params: { type: kind }, query, body }) => {
      const { deps, organizationId } = identityOf(context);
      const key = { kind, language: await readersOf(context, query) };
      const template = await templateAfter(deps.database, organizationId, key, body);
      const shown = { template, values: body.values };
      const { subject, text, html } = await previewMail(context.services.accounts, organizationId, key, shown);
      return { subject, text, html, problems: [...templateProblems(key, template, languageOf(context))] };
    },
  ),
];
