import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestOrigin } from '#access/request-origin.ts';
import type { AccountKind } from '#accounts/account.ts';
import type { DoorDeps } from '#accounts/account-places.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import { clientAt, type Attempts } from '#accounts/attempts.ts';
import { requestLink } from '#accounts/forgotten-password.ts';
import { deviceCookie } from '#accounts/known-devices.ts';
import { describeLink, setPasswordByLink } from '#accounts/passwords.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { decodeUtf8 } from '#base/decode-text.ts';
import { AppError } from '#base/errors.ts';
import { escapeHtml } from '#base/html.ts';
import { readForm } from '#base/read-form.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { pageHeaders, pageOf } from './page.ts';
import { passwordCheck } from './password-check.ts';
import { forgottenForm, passwordForm, type FormErrors } from './password-form.ts';

/** Bytes of a form that is sent. */
const FORM_BYTES_MAX = 16_384;
/** Characters of a password, or of a name, that are looked at. */
const FIELD_LENGTH_MAX = 1_024;

export interface LinkPageOptions {
  readonly door: DoorDeps;
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
    if (status >= 500) request.log.error({ err: error }, 'page failed');
    const text = error instanceof AppError && status < 500 ? error.message : REFUSALS[status < 500 ? 'sender' : 'us'];
    if (error instanceof AppError) reply.headers(retryHeaders(error));
    return await show(reply, status, 'This did not work', alert(text));
  });
  for (const { root, kind } of sections) {
    for (const path of [`${root}/activate`, `${root}/reset`]) passwordPage(app, options, path, root);
    passwordCheck(app, options, root);
    forgottenPage(app, options, `${root}/forgot`, kind);
    app.get(`${root}/password-set`, async (_request, reply) =>
      show(reply, 200, 'Your password is set', '<p>You can sign in with it now. This page can be closed.</p>'),
    );
  }
}

const REFUSALS = {
  sender: 'The form cannot be read. Go back, and send it again.',
  us: 'Something went wrong. Nothing was changed: try again.',
} as const;

function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.definition.status;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}

function passwordPage(app: FastifyInstance, options: LinkPageOptions, path: string, root: string): void {
  app.get(path, async (request, reply) => {
    const { token } = request.query as { token?: unknown };
    const state = { token: typeof token === 'string' ? token : '', root, errors: {} };
    return await showForm(options, request, reply, state);
  });
  app.post(path, async (request, reply) => {
    const [token, password, again] = fieldsOf(request, ['token', 'password', 'again']);
    if (password === '')
      return await showForm(options, request, reply, { token, root, errors: { password: 'Enter a password.' } });
    if (password !== again) {
      return await showForm(options, request, reply, {
        token,
        root,
        errors: { again: 'The two passwords differ. Enter both again.' },
      });
    }
    try {
      const set = () => setPasswordByLink(options.door, originOf(request), token, password);
      const { id } = await guarded(options, request, set);
      // Its owner reads the mail: a way in where others make the network wait.
      reply.header('set-cookie', deviceCookie(options.door, request.headers.cookie, id));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'passwordPolicy') return await showRefusal(reply, root, error);
      return await showForm(options, request, reply, { token, root, errors: { password: error.message } });
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
  app.get(path, async (_request, reply) => show(reply, 200, title, forgottenForm('', undefined)));
  app.post(path, async (request, reply) => {
    const [email] = fieldsOf(request, ['email']);
    if (email.trim() === '') return await show(reply, 400, title, forgottenForm('', 'Enter your e-mail address.'));
    const client = clientAt(request.ip);
    await requestLink(door, attempts, { kind, login: email.trim(), request: originOf(request), client });
    return await show(
      reply,
      202,
      'Look into your mailbox',
      '<p>If there is such an account, a mail with a link is on its way. It can take some minutes; look among the unwanted mails too.</p><p class="quiet">No mail? The address may be another one, or your organization keeps your password elsewhere. Your administrator can tell.</p>',
    );
  });
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
    const title = link.purpose === 'activation' ? `Welcome, ${link.firstName}` : 'Set a new password';
    const status = Object.keys(errors).length === 0 ? 200 : 400;
    return await show(reply, status, title, passwordForm(link, token, errors));
  } catch (error) {
    return await showRefusal(reply, root, error);
  }
}

/** Why a link does not work, and what to do now. */
async function showRefusal(reply: FastifyReply, root: string, error: unknown) {
  if (!(error instanceof AppError) || error.definition.status >= 500) throw error;
  if (error.code !== 'tokenUsed') {
    reply.headers(retryHeaders(error));
    return await show(reply, error.definition.status, 'This did not work', alert(error.message));
  }
  return await show(
    reply,
    410,
    'This link does not work any more',
    `<p>It was used already, or is too old, or a newer one was sent, or a part of it is missing.</p>
<p>If you have set a password, sign in with it. Otherwise <a href="${root}/forgot">ask for another link</a>, or ask your administrator to send one.</p>`,
  );
}

async function show(reply: FastifyReply, status: number, title: string, body: string) {
  return await reply.code(status).headers(pageHeaders).send(pageOf(title, body));
}

function alert(text: string): string {
  return `<p class="alert" role="alert">${escapeHtml(text)}</p>`;
}

function fieldsOf<const Names extends readonly string[]>(
  { body }: FastifyRequest,
  names: Names,
): { [Index in keyof Names]: string } {
  const fields = body instanceof URLSearchParams ? body : new URLSearchParams();
  return names.map((name) => (fields.get(name) ?? '').slice(0, FIELD_LENGTH_MAX)) as { [Index in keyof Names]: string };
}

function originOf(request: FastifyRequest): RequestOrigin {
  return requestOrigin(request, { key: undefined, authMethod: 'none' });
}
