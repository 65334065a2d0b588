import { z } from 'zod';
import { findAccount, findAccountsByLogin, ownOrigin, type Account, type AccountKind } from '#accounts/account.ts';
import { sendReset } from '#accounts/account-mail.ts';
import { changeOwnPassword, describeLink, setPasswordByLink } from '#accounts/passwords.ts';
import { finishTotp, hasTotp, removeTotp, startTotp, useCode, wrongCode } from '#accounts/second-factor.ts';
import { signIn, whyNot } from '#accounts/sign-in.ts';
import { deleteSessions, listSessions, updateAuthMethods } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction, scopeTo } from '#database/database.ts';
import { verifyPassword } from '#directory/password-hash.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerSignedIn, setSessionCookie, shownAccount } from './answer-signed-in.ts';
import { identityOf, type Context } from './context.ts';
import { credentialOfBrowser } from './identify.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { idParams, route, type Route } from './route.ts';

/** Everybody who asks for a new password waits so long for the answer: it does not tell whether there is an account. */
const FORGOT_ANSWER_MS = 400;
const secret = z.string().min(1).max(1_024);

const signInBody = z
  .looseObject({
    email: z.string().min(1).max(1_024).optional(),
    username: z.string().min(1).max(1_024).optional(),
    password: secret,
    totp: z.string().max(20).optional(),
    organization: z.string().max(24).optional(),
  })
  .refine((body) => body.email !== undefined || body.username !== undefined, 'email is required');

const sessionAnswer = z.looseObject({
  id: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  current: z.boolean(),
});
const signedInAnswer = z.object({
  token: z.string().meta({ description: 'Send it as Authorization: Bearer; browsers have it in a cookie as well.' }),
  expiresAt: z.string(),
  mustEnroll: z.boolean(),
  account: z.looseObject({ id: z.string(), organization: z.string() }),
});

/** The account of whoever is signed in. */
export async function ownAccount(context: Context): Promise<Account> {
  const { principal, deps } = identityOf(context);
  const kind: AccountKind = principal.user === null ? 'administrator' : 'user';
  const id = principal.user?.id ?? principal.administrator?.id ?? '';
  const found = await findAccount(deps.database, principal.organizationId, kind, id);
  assert(found, 'who is signed in has an account');
  return found;
}

/** The routes by which users, or administrators, sign in and look after their accounts. */
export function accountRoutes(kind: AccountKind): readonly Route[] {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const tag = kind === 'user' ? 'User portal' : 'Signing in';
  const access = kind === 'user' ? 'user' : 'session';
  const own = { tag, access, takesOrganization: false } as const;
  const open = { tag, access: 'anyone', takesOrganization: false } as const;
  return [
    ...doorRoutes(kind, prefix, open),
    ...passwordRoutes(kind, prefix, open),
    ...ownPasswordRoutes(prefix, own),
    ...factorRoutes(prefix, own),
    ...sessionRoutes(prefix, own),
    ...passkeyRoutes(kind, prefix, own, open),
  ];
}

type Own = { readonly tag: string; readonly access: 'user' | 'session'; readonly takesOrganization: false };
type Open = { readonly tag: string; readonly access: 'anyone'; readonly takesOrganization: false };

function doorRoutes(kind: AccountKind, prefix: string, open: Open): readonly Route[] {
  return [
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/sign-in`,
        summary: 'Sign in',
        body: signInBody,
        answer: signedInAnswer,
      },
      async (context, { body }) => {
        const { services, request, origin } = context;
        services.attempts.count(request.ip);
        const databases = services.tenants.accesses.map(({ deps }) => deps.database);
        const signedIn = await signIn(services.accounts, databases, {
          kind,
          login: body.email ?? body.username ?? '',
          password: body.password,
          totp: body.totp,
          organizationId: body.organization,
          request: { ...origin, authMethod: 'none' },
        });
        return answerSignedIn(context, signedIn);
      },
    ),
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/sign-out`,
        summary: 'Sign out',
        body: z.looseObject({}),
        bodyOptional: true,
        status: 204,
      },
      async (context) => {
        setSessionCookie(context, '', 0);
        const { key } = credentialOfBrowser(context.request, context.services.accounts.publicUrl());
        if (key === undefined) return;
        const { access, result } = await context.services.tenants.find({ key }, true);
        if (result instanceof Error || result.principal.credential !== 'session') return;
        const { keyId, user, administrator } = result.principal;
        const column = user === null ? 'administrator_id' : 'user_id';
        await deleteSessions(access.deps.database, column, user?.id ?? administrator?.id ?? '', { only: keyId });
      },
    ),
  ];
}

function passwordRoutes(kind: AccountKind, prefix: string, open: Open): readonly Route[] {
  return [
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/forgot`,
        summary: 'Ask for a link that sets a new password; the answer does not tell whether there is such an account',
        body: z.looseObject({ email: z.string().min(1).max(1_024) }),
        answer: z.object({ message: z.string() }),
        status: 202,
      },
      async (context, { body }) => {
        context.services.attempts.count(context.request.ip);
        await Promise.all([sleep(FORGOT_ANSWER_MS), forgot(context, kind, body.email)]);
        context.reply.code(202);
        return { message: 'If there is such an account, a mail with a link is on its way.' };
      },
    ),
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/link`,
        summary: 'Whom a link of a mail is for; it is not used up by that',
        body: z.looseObject({ token: secret }),
        answer: z.looseObject({ username: z.string(), purpose: z.string() }),
      },
      async (context, { body }) => {
        context.services.attempts.count(context.request.ip);
        return await withLink(context, (deps) => describeLink(deps, body.token));
      },
    ),
    ...['activate', 'reset'].map((action) =>
      route(
        {
          ...open,
          method: 'POST',
          path: `${prefix}/${action}`,
          summary: 'Set a password by the link of a mail, once',
          body: z.looseObject({ token: secret, password: secret }),
          answer: z.looseObject({ id: z.string() }),
        },
        async (context, { body }) => {
          context.services.attempts.count(context.request.ip);
          const request = { ...context.origin, authMethod: 'none' as const };
          return shownAccount(
            await withLink(context, (deps) => setPasswordByLink(deps, request, body.token, body.password)),
          );
        },
      ),
    ),
  ];
}

function ownPasswordRoutes(prefix: string, own: Own): readonly Route[] {
  return [
    route(
      {
        ...own,
        method: 'POST',
        path: `${prefix}/password`,
        summary: 'Change one’s own password; all other sessions end',
        body: z.looseObject({ currentPassword: secret, newPassword: secret, totp: z.string().max(20).optional() }),
        status: 204,
      },
      async (context, { body }) => {
        const { deps, principal } = identityOf(context);
        context.services.attempts.count(context.request.ip);
        await changeOwnPassword(deps, context.origin, await ownAccount(context), {
          current: body.currentPassword,
          next: body.newPassword,
          totp: body.totp,
          sessionId: principal.keyId,
        });
      },
    ),
  ];
}

/** Looks for a link in each database: the mail does not tell which. */
async function withLink<Result>(context: Context, use: (deps: Context['services']['accounts']) => Promise<Result>) {
  const { accounts, tenants } = context.services;
  let refusal: unknown;
  for (const { deps } of tenants.accesses) {
    try {
      return await use({ ...accounts, ...deps });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'tokenUsed') throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

async function forgot(context: Context, kind: AccountKind, email: string): Promise<void> {
  const { accounts, tenants } = context.services;
  for (const { deps } of tenants.accesses) {
    for (const account of await findAccountsByLogin(deps.database, kind, email)) {
      const own = { ...accounts, ...deps, database: scopeTo(deps.database, account.organizationId) };
      const settings = await findSettings(own.database, account.organizationId);
      const reason = whyNot(own, account, settings);
      const usable = reason === undefined || /locked|expired/.test(reason);
      if (!usable || account.email === '' || (account.kind === 'user' && account.user.state === 'STAGED')) continue;
      if (
        account.kind === 'user' &&
        settings.externalPasswordAuthority === 'scim' &&
        account.user.integrationId !== null
      )
        continue;
      const origin = ownOrigin(account, { ...context.origin, authMethod: 'none' });
      await inTransaction(own.database, async (transaction) => await sendReset(own, transaction, origin, account));
    }
  }
}

function factorRoutes(prefix: string, own: Own): readonly Route[] {
  return [
    route(
      {
        ...own,
        method: 'POST',
        path: `${prefix}/totp`,
        summary: 'Begin to set up an authenticator app; the secret is shown this once',
        body: z.looseObject({ password: secret }),
        answer: z.object({ secret: z.string(), uri: z.string() }),
      },
      async (context, { body }) => {
        const { deps, caller, organizationId } = identityOf(context);
        const account = await ownAccount(context);
        await requireOwnPassword(context, account, body.password);
        const organization = await findOrganization(deps.database, organizationId);
        return await startTotp(deps, caller.origin, account, organization?.name ?? 'Tanhua');
      },
    ),
    route(
      {
        ...own,
        method: 'PUT',
        path: `${prefix}/totp`,
        summary: 'Set up the authenticator app by a code of it',
        body: z.looseObject({ code: z.string().min(1).max(20) }),
        status: 204,
      },
      async (context, { body }) => {
        const { deps, caller, principal } = identityOf(context);
        context.services.attempts.count(context.request.ip);
        await finishTotp(deps, caller.origin, await ownAccount(context), body.code);
        if (principal.credential === 'session') {
          await updateAuthMethods(deps.database, principal.keyId, [
            ...new Set([...principal.authMethods, 'otp', 'mfa']),
          ]);
        }
      },
    ),
    route(
      {
        ...own,
        method: 'DELETE',
        path: `${prefix}/totp`,
        summary: 'Remove one’s authenticator app, by a code of it',
        body: z.looseObject({ code: z.string().min(1).max(20) }),
        status: 204,
      },
      async (context, { body }) => {
        const { deps, caller } = identityOf(context);
        context.services.attempts.count(context.request.ip);
        const account = await ownAccount(context);
        if (!hasTotp(account)) throw new AppError('notFound', 'There is no authenticator app to remove.');
        await inTransaction(deps.database, async (transaction) => {
          if (!(await useCode(deps, transaction, account, body.code))) throw wrongCode();
          await removeTotp({ ...deps, database: transaction }, caller.origin, account);
        });
      },
    ),
  ];
}

/** Who changes how they sign in shows again that it is them. */
export async function requireOwnPassword(context: Context, account: Account, password: string): Promise<void> {
  context.services.attempts.count(context.request.ip);
  if (account.passwordHash !== null && (await verifyPassword(password, account.passwordHash))) return;
  throw new AppError('signInFailed', 'The password is wrong.', { attribute: 'password' });
}

function sessionRoutes(prefix: string, own: Own): readonly Route[] {
  const column = own.access === 'user' ? 'user_id' : 'administrator_id';
  return [
    route(
      {
        ...own,
        // Of a key, too: whose it is, and what it may do.
        access: own.access === 'user' ? 'user' : 'administrator',
        method: 'GET',
        path: `${prefix}/session`,
        summary: 'Who is signed in',
        answer: z.looseObject({ id: z.string() }),
      },
      async (context) => {
        const { permissions } = identityOf(context);
        return { ...shownAccount(await ownAccount(context)), permissions: [...permissions] };
      },
    ),
    route(
      {
        ...own,
        method: 'GET',
        path: `${prefix}/sessions`,
        summary: 'List where one is signed in',
        answer: z.array(sessionAnswer),
      },
      async (context) => {
        const { deps, principal } = identityOf(context);
        const account = await ownAccount(context);
        const sessions = await listSessions(deps.database, column, account.id);
        return sessions.map((session) => ({ ...session, current: session.id === principal.keyId }));
      },
    ),
    route(
      {
        ...own,
        method: 'DELETE',
        path: `${prefix}/sessions/:id`,
        summary: 'End one of one’s sessions',
        params: idParams,
        status: 204,
      },
      async (context, { params }) => {
        const { deps, caller } = identityOf(context);
        const account = await ownAccount(context);
        await inTransaction(deps.database, async (transaction) => {
          if ((await deleteSessions(transaction, column, account.id, { only: params.id })) === 0) {
            throw new AppError('notFound', `There is no session ${quote(params.id)}.`);
          }
          await recordEvent(transaction, deps.clock, caller.origin, {
            type: 'session_revoke',
            target: { type: 'session', id: params.id, name: account.login },
          });
        });
      },
    ),
  ];
}
