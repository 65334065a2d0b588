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
import { forgottenForm, passwordForm, type FormErrors } from './password-form.ts';

/** Bytes of a form that is sent. */
const FORM_BYTES_MAX = 16_384;

export interface LinkPageOptions {
  readonly door: AnonymousDeps;
  readonly attempts: Attempts;
}

const sections = [
  { root: '/portal', kind: 'user' },
  { root: '/console', kind: 'administrator' },
] as const satisfies readonly { readonly root: string; readonly kind: AccountKind }[];

/**
 * The pages that the links of mails open. To open one does nothing but show it: programs that look at the links of a mail
 * before its reader does use none of them up. Everything works without JavaScript.
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
    const text = isExplained ? messageFor(error, 'portal') : REFUSALS[status < 500 ? 'sender' : 'us'];
    if (error instanceof AppError) reply.headers(retryHeaders(error));
    return await show(reply, status, 'This did not work', alertOf(text));
  });
  for (const { root, kind } of sections) {
    for (const path of [`${root}/activate`, `${root}/reset`]) passwordPage(app, options, path, root);
    passwordCheck(app, options, root);
    forgottenPage(app, options, `${root}/forgot`, kind);
    app.get(`${root}/password-set`, async (_request, reply) =>
      show(reply, 200, 'Your password is set', `<p>${passwordUses[kind]} You can close this page.</p>`),
    );
  }
}

const REFUSALS = {
  sender: 'The form cannot be read. Go back, and send it again.',
  us: 'Something went wrong. Open the link again to see whether your change was done.',
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
    const errors = typeof problem === 'string' ? openProblem(options.door, shown, problem) : {};
    return await showForm(options, request, reply, { token: shown, root, errors });
  });
  app.post(path, async (request, reply) => {
    const [token, password, again] = fieldsOf(request, ['token', 'password', 'again']);
    const refuse = (errors: FormErrors) => backToForm(options.door, reply, { path, token, errors });
    if (password === '') return await refuse({ password: 'Enter a password.' });
    if (password !== again) return await refuse({ again: 'The two passwords differ. Enter both again.' });
    try {
      const set = () => setPasswordByLink(options.door, originOf(request), token, password);
      const { id } = await guarded(options, request, set);
      // Its owner reads the mail: a way in where others make the network wait.
      reply.header('set-cookie', deviceCookie(options.door, request.headers.cookie, id));
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

function forgottenPage(
  app: FastifyInstance,
  { door, attempts }: LinkPageOptions,
  path: string,
  kind: AccountKind,
): void {
  const title = 'Set a new password';
  app.get(path, async (request, reply) => {
    const { problem } = request.query as { problem?: unknown };
    const error = problem === 'empty' ? 'Enter your e-mail address.' : undefined;
    return await show(reply, 200, title, forgottenForm('', error));
  });
  app.get(`${path}/requested`, async (_request, reply) =>
    show(reply, 200, 'Look into your mailbox', requestedText(kind)),
  );
  app.post(path, async (request, reply) => {
    const [email] = fieldsOf(request, ['email']);
    if (email.trim() === '') return await reply.headers(pageHeaders).redirect(`${path}?problem=empty`, 303);
    const client = clientAt(request.ip);
    await requestLink(door, attempts, { kind, login: email.trim(), request: originOf(request), client });
    return await reply.headers(pageHeaders).redirect(`${path}/requested`, 303);
  });
}

const requestedText = (kind: AccountKind) =>
  `<p>If there is such an account, you get a mail with a link. It can take some minutes; look among the unwanted mails too.</p><p class="quiet">No mail? ${sharedHint(kind)}The account may have another address, or your organization keeps your password elsewhere. Your administrator can tell you.</p>`;

/** The same for every address: the page does not say which addresses have an account. Administrators share none. */
function sharedHint(kind: AccountKind): string {
  return kind === 'user' ? 'If several users share the address, enter your user name instead. ' : '';
}

/** What a password is for: there is no page to sign in. */
const passwordUses: Readonly<Record<AccountKind, string>> = {
  user: 'Use it with your user name wherever your organization asks for this account.',
  administrator: 'Use it with your e-mail address to sign in as an administrator.',
};

/**
 * Shows the form again by a redirect: after an answer to a form that was sent, the browser's Back button would lead to its own
 * error page. The problem is sealed, so that no link of another origin puts words on the page.
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

/** The problem of a form that was sent for this link; none for anything that we did not seal. */
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

/** A link has a random token: one that works is never refused. */
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
    const link = await guarded(options, request, () => describeLink(options.door, token));
    const welcome = link.firstName === '' ? 'Welcome' : `Welcome, ${link.firstName}`;
    const title = link.purpose === 'activation' ? welcome : 'Set a new password';
    return await show(reply, 200, title, passwordForm(link, token, errors));
  } catch (error) {
    return await showRefusal(request, reply, root, error);
  }
}

/** Why a link does not work, and what to do now. */
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
<p>You can <a href="${root}/forgot">ask for another link</a>, or ask your administrator to send one.</p>`,
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
