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
import { AppError, messageFor } from '#base/errors.ts';
import { escapeHtml } from '#base/html.ts';
import { readForm } from '#base/read-form.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { alertOf, pageHeaders, pageOf } from './page.ts';
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
    const text = isExplained ? messageFor(error, 'portal') : REFUSALS[status < 500 ? 'client' : 'server'];
    if (error instanceof AppError) reply.headers(retryHeaders(error));
    return await show(reply, status, 'This did not work', alertOf(text));
  });
  for (const { root, kind } of sections) {
    for (const path of [`${root}/activate`, `${root}/reset`]) passwordPage(app, options, path, root);
    passwordCheck(app, options, root);
    forgotPasswordPage(app, options, `${root}/forgot`, kind);
    app.get(`${root}/password-set`, async (_request, reply) =>
      show(reply, 200, 'Your password is set', `<p>${passwordUses[kind]} You can close this page.</p>`),
    );
  }
}

const REFUSALS = {
  client: 'The form cannot be read. Go back and send it again.',
  server: 'Something went wrong. Open the link again to see whether your change was saved.',
} as const;

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.definition.status;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

function passwordPage(app: FastifyInstance, options: LinkPageOptions, path: string, root: string): void {
  app.get(path, async (request, reply) => {
    const { token, problem } = request.query as { token?: unknown; problem?: unknown };
    const shown = typeof token === 'string' ? token : '';
    const errors = typeof problem === 'string' ? openProblem(options.deps, shown, problem) : {};
    return await showForm(options, request, reply, { token: shown, root, errors });
  });
  app.post(path, async (request, reply) => {
    const [token, password, again] = fieldsOf(request, ['token', 'password', 'again']);
    const refuse = (errors: FormErrors) => backToForm(options.deps, reply, { path, token, errors });
    if (password === '') return await refuse({ password: 'Enter a password.' });
    if (password !== again) return await refuse({ again: 'The two passwords differ. Enter both again.' });
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
      return await refuse({ password: messageFor(error, 'portal') });
    }
    return await reply.headers(pageHeaders).redirect(`${root}/password-set`, 303);
  });
}

function forgotPasswordPage(
  app: FastifyInstance,
  { deps, attempts }: LinkPageOptions,
  path: string,
  kind: AccountKind,
): void {
  const title = 'Set a new password';
  app.get(path, async (request, reply) => {
    const { problem } = request.query as { problem?: unknown };
    const error = problem === 'empty' ? 'Enter your email address.' : undefined;
    return await show(reply, 200, title, forgotPasswordForm('', error));
  });
  app.get(`${path}/requested`, async (_request, reply) => show(reply, 200, 'Check your mailbox', requestedText(kind)));
  app.post(path, async (request, reply) => {
    const [email] = fieldsOf(request, ['email']);
    if (email.trim() === '') return await reply.headers(pageHeaders).redirect(`${path}?problem=empty`, 303);
    const client = clientAt(request.ip);
    await requestLink(deps, attempts, { kind, login: email.trim(), request: originOf(request), client });
    return await reply.headers(pageHeaders).redirect(`${path}/requested`, 303);
  });
}

const requestedText = (kind: AccountKind) =>
  `<p>If there is such an account, you will receive an email with a link. This can take a few minutes. Check your spam folder too.</p><p class="quiet">No email? ${sharedHint(kind)}The account may have a different address, or your organization may manage your password elsewhere. Ask your administrator.</p>`;

/**
 * Returns a hint that is the same for every address, since the page must not reveal which addresses have an account.
 * Administrators never share an address.
 */
function sharedHint(kind: AccountKind): string {
  return kind === 'user' ? 'If several users share the address, enter your user name instead. ' : '';
}

/** Where to use the new password, since there is no sign-in page. */
const passwordUses: Readonly<Record<AccountKind, string>> = {
  user: 'Use it with your user name wherever your organization asks for this account.',
  administrator: 'Use it with your email address to sign in as an administrator.',
};

/**
 * Redirects to the form with the problem. If the form were the direct response to a submitted form, the Back button would lead to
 * an error page of the browser. The problem is encrypted, so that a link from elsewhere cannot put text on the page.
 */
async function backToForm(
  { secrets }: AnonymousDeps,
  reply: FastifyReply,
  { path, token, errors }: { readonly path: string; readonly token: string; readonly errors: FormErrors },
) {
  const problem = secrets.seal(JSON.stringify({ link: secrets.digest(token), errors }));
  return await reply
    .headers(pageHeaders)
    .redirect(`${path}?${new URLSearchParams({ token, problem }).toString()}`, 303);
}

/** Decrypts the problem of a submitted form; returns no errors if the problem belongs to another link or was not encrypted here. */
function openProblem({ secrets }: AnonymousDeps, token: string, problem: string): FormErrors {
  try {
    const { link, errors } = JSON.parse(secrets.open(problem)) as { link: string; errors: FormErrors };
    return link === secrets.digest(token) ? errors : {};
  } catch {
    return {};
  }
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
    const link = await guarded(options, request, () => describeLink(options.deps, token));
    const welcome = link.firstName === '' ? 'Welcome' : `Welcome, ${link.firstName}`;
    const title = link.purpose === 'activation' ? welcome : 'Set a new password';
    return await show(reply, 200, title, passwordForm(link, token, errors));
  } catch (error) {
    return await showRefusal(request, reply, root, error);
  }
}

/** Shows why a link does not work, and what to do next. */
async function showRefusal(request: FastifyRequest, reply: FastifyReply, root: string, error: unknown) {
  if (!(error instanceof AppError) || error.definition.status >= 500) throw error;
  logRefusal(request, error, error, 'portal');
  if (error.code !== 'tokenUsed') {
    reply.headers(retryHeaders(error));
    return await show(reply, error.definition.status, 'This did not work', alertOf(messageFor(error, 'portal')));
  }
  return await show(
    reply,
    410,
    'This link does not work',
    `<p>${escapeHtml(error.message)}</p>
<p>You can <a href="${root}/forgot">request another link</a>, or ask your administrator to send one.</p>`,
  );
}

async function show(reply: FastifyReply, status: number, title: string, body: string) {
  return await reply.code(status).headers(pageHeaders).send(pageOf(title, body));
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
