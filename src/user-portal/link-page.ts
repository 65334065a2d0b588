import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logRefusal } from '#access/refusal-log.ts';
import { requestOrigin } from '#access/request-origin.ts';
import type { AccountKind } from '#accounts/account.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import { clientAt, type Attempts } from '#accounts/attempts.ts';
import { requestLink } from '#accounts/forgotten-password.ts';
import { deviceCookie } from '#accounts/known-devices.ts';
import { describeLink, setPasswordByLink } from '#accounts/passwords.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { decodeUtf8 } from '#base/decode-text.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { escapeHtml } from '#base/html.ts';
import { readForm } from '#base/read-form.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { languages, type Language } from '#base/words/language.ts';
import { alertOf, pageHeaders, pageOf, type PageContent } from './page.ts';
import { keepLanguage, pageLanguageOf } from './page-language.ts';
import { pageWordsIn, type PageWords } from './page-words.ts';
import { fieldOf, passwordCheck } from './password-check.ts';
import { forgotPasswordForm, passwordForm, type FormErrors } from './password-form.ts';

/** The maximum number of bytes of a submitted form. */
const FORM_BYTES_MAX = 16_384;

export interface LinkPageOptions {
  readonly deps: AnonymousDeps;
  readonly attempts: Attempts;
}

const sections = [
  { root: '/portal', kind: 'user' },
  { root: '/console', kind: 'administrator' },
] as const satisfies readonly { readonly root: string; readonly kind: AccountKind }[];

/**
 * Adds the pages that the links in emails open. Opening a page changes nothing, so a program that checks the links of an email before
 * the recipient opens them cannot use up a link. All pages work without JavaScript.
 */
export async function linkPages(app: FastifyInstance, options: LinkPageOptions): Promise<void> {
  app.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: FORM_BYTES_MAX },
    async (_request: FastifyRequest, body: Buffer) => readForm(decodeUtf8(body, 'The form', 'invalidBody')),
  );
  app.setErrorHandler(async (error, request, reply) => {
    const status = statusOf(error);
    if (error instanceof AppError) logRefusal(request, error, error, 'portal');
    else if (status >= 500) request.log.error({ err: error }, 'page failed');
    const isExplained = error instanceof AppError && (status < 500 || error.isOutage);
    const { language, words } = languageFor(request);
    const text = isExplained ? messageFor(error, 'portal', language) : status < 500 ? words.unreadable : words.broken;
    if (error instanceof AppError) reply.headers(retryHeaders(error));
    return await show(request, reply, status, { title: words.failed, body: alertOf(text) });
  });
  for (const { root, kind } of sections) {
    for (const path of [`${root}/activate`, `${root}/reset`]) passwordPage(app, options, path, root);
    passwordCheck(app, options, root);
    forgotPasswordPage(app, options, `${root}/forgot`, kind);
    app.get(`${root}/password-set`, async (request, reply) => {
      const { words } = languageFor(request);
      return await show(request, reply, 200, { title: words.passwordSet, body: passwordSetText(kind, root, words) });
    });
  }
}

/** Returns the language of a request, and the texts in it. */
function languageFor(request: FastifyRequest): { readonly language: Language; readonly words: PageWords } {
  const { language } = pageLanguageOf(request);
  return { language, words: pageWordsIn(language) };
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.definition.status;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

function passwordPage(app: FastifyInstance, options: LinkPageOptions, path: string, root: string): void {
  app.get(path, async (request, reply) => {
    const { token, problem } = request.query as { token?: unknown; problem?: unknown };
    const shown = typeof token === 'string' ? token : '';
    const errors =
      typeof problem === 'string' ? openProblem(options.deps, shown, problem, languageFor(request).language) : {};
    return await showForm(options, request, reply, { token: shown, root, errors });
  });
  app.post(path, async (request, reply) => {
    const [token, password, again] = fieldsOf(request, ['token', 'password', 'again']);
    const refuse = (errorsIn: ErrorsIn) => backToForm(options.deps, request, reply, { path, token, errorsIn });
    if (password === '') return await refuse((language) => ({ password: pageWordsIn(language).enterPassword }));
    if (password !== again) return await refuse((language) => ({ again: pageWordsIn(language).differ }));
    try {
      const set = () => setPasswordByLink(options.deps, originOf(request), token, password);
      const { id } = await guarded(options, request, set);
      // The caller can read the mailbox of the account, so this device may sign in even while its network has to wait.
      reply.header('set-cookie', deviceCookie(options.deps, request.headers.cookie, id));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'passwordPolicy') {
        return await showRefusal(request, reply, root, error);
      }
      logRefusal(request, error, error, 'portal');
      return await refuse((language) => ({ password: messageFor(error, 'portal', language) }));
    }
    return await reply.headers(pageHeaders).redirect(keepLanguage(request, `${root}/password-set`), 303);
  });
}

function forgotPasswordPage(
  app: FastifyInstance,
  { deps, attempts }: LinkPageOptions,
  path: string,
  kind: AccountKind,
): void {
  app.get(path, async (request, reply) => {
    const { words } = languageFor(request);
    const { problem } = request.query as { problem?: unknown };
    const error = problem === 'empty' ? words.enterEmail : undefined;
    return await show(request, reply, 200, { title: words.newPassword, body: forgotPasswordForm('', error, words) });
  });
  app.get(`${path}/requested`, async (request, reply) => {
    const { words } = languageFor(request);
    const body = `<p>${words.requestedLead}</p><p class="quiet">${words.noMail(kind === 'user')}</p>`;
    return await show(request, reply, 200, { title: words.requested, body });
  });
  app.post(path, async (request, reply) => {
    const [email] = fieldsOf(request, ['email']);
    if (email.trim() === '') {
      return await reply.headers(pageHeaders).redirect(keepLanguage(request, `${path}?problem=empty`), 303);
    }
    const client = clientAt(request.ip);
    await requestLink(deps, attempts, { kind, login: email.trim(), request: originOf(request), client });
    return await reply.headers(pageHeaders).redirect(keepLanguage(request, `${path}/requested`), 303);
  });
}

/** Says what happens next, with the page where the owner of the account signs in. */
function passwordSetText(kind: AccountKind, root: string, words: PageWords): string {
  return `<p>${words.signInWith(kind === 'user')}</p>
<p><a class="button" href="${root}">${words.signIn}</a></p>
<h2>${words.next}</h2>
<ul class="next">${words.nextSteps[kind].map((step) => `<li>${step}</li>`).join('')}</ul>`;
}

/**
 * Redirects to the form with the problem. If the form were the direct response to a submitted form, the Back button would lead to
 * an error page of the browser. The problem is encrypted, so that a link from elsewhere cannot put text on the page. It has the texts of every
 * language, because the reader can switch the language of the form.
 */
async function backToForm(
  { secrets }: AnonymousDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { path, token, errorsIn }: { readonly path: string; readonly token: string; readonly errorsIn: ErrorsIn },
) {
  const errors = Object.fromEntries(languages.map((language) => [language, errorsIn(language)]));
  const problem = secrets.seal(JSON.stringify({ link: secrets.digest(token), errors }));
  return await reply
    .headers(pageHeaders)
    .redirect(keepLanguage(request, `${path}?${new URLSearchParams({ token, problem }).toString()}`), 303);
}

/** Decrypts the problem of a submitted form; returns no errors if the problem belongs to another link or was not encrypted here. */
function openProblem({ secrets }: AnonymousDeps, token: string, problem: string, language: Language): FormErrors {
  try {
    const sealed: SealedProblem = JSON.parse(secrets.open(problem));
    return sealed.link === secrets.digest(token) ? (sealed.errors[language] ?? {}) : {};
  } catch {
    return {};
  }
}

type ErrorsIn = (language: Language) => FormErrors;

interface SealedProblem {
  /** The digest of the token of the link. */
  readonly link: string;
  readonly errors: Readonly<Partial<Record<Language, FormErrors>>>;
}

interface FormState {
  readonly token: string;
  readonly root: string;
  readonly errors: FormErrors;
}

/** Limits attempts to guess links. A link has a random token, so a valid link is never refused because of other attempts. */
async function guarded<Result>(
  { attempts }: LinkPageOptions,
  request: FastifyRequest,
  attempt: () => Promise<Result>,
): Promise<Result> {
  return await attempts.guardSecret('link', clientAt(request.ip), attempt, isUnknownLink);
}

async function showForm(
  options: LinkPageOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { token, root, errors }: FormState,
) {
  try {
    const { language, words } = languageFor(request);
    const link = await guarded(options, request, () => describeLink(options.deps, token, language));
    const title = link.purpose === 'activation' ? words.welcome(link.firstName) : words.newPassword;
    const body = passwordForm(link, token, errors, words);
    return await show(request, reply, 200, { title, body, organization: link.organization });
  } catch (error) {
    return await showRefusal(request, reply, root, error);
  }
}

/** Shows why a link does not work, and what to do next. */
async function showRefusal(request: FastifyRequest, reply: FastifyReply, root: string, error: unknown) {
  if (!(error instanceof AppError) || error.definition.status >= 500) throw error;
  logRefusal(request, error, error, 'portal');
  const { language, words } = languageFor(request);
  const message = messageFor(error, 'portal', language);
  if (error.code !== 'tokenUsed') {
    reply.headers(retryHeaders(error));
    return await show(request, reply, error.definition.status, { title: words.failed, body: alertOf(message) });
  }
  const forgot = escapeHtml(keepLanguage(request, `${root}/forgot`));
  const another = words.another((text) => `<a href="${forgot}">${text}</a>`);
  const body = `<p>${escapeHtml(message)}</p>
<p>${another}</p>`;
  return await show(request, reply, 410, { title: words.linkFailed, body });
}

async function show(request: FastifyRequest, reply: FastifyReply, status: number, content: PageContent) {
  return await reply
    .code(status)
    .headers(pageHeaders)
    .send(pageOf(pageLanguageOf(request), content));
}

function fieldsOf<const Names extends readonly string[]>(
  request: FastifyRequest,
  names: Names,
): { [Index in keyof Names]: string } {
  return names.map((name) => fieldOf(request, name)) as { [Index in keyof Names]: string };
}

function originOf(request: FastifyRequest): RequestOrigin {
  return requestOrigin(request, { key: undefined, authMethod: 'none' });
}
