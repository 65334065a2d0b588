import { z } from 'zod';
import type { AccountKind } from '#accounts/account.ts';
import { clientAt } from '#accounts/attempts.ts';
import { requestLink } from '#accounts/forgotten-password.ts';
import { readDevice } from '#accounts/known-devices.ts';
import { changeOwnPassword, describeLink, setPasswordByLink } from '#accounts/passwords.ts';
import { finishTotp, removeOwnTotp, startTotp } from '#accounts/second-factor.ts';
import { signIn } from '#accounts/sign-in.ts';
import { deleteSessions } from '#admins/session-store.ts';
import { findOrganization } from '#organizations/organization-store.ts';
import { answerSignedIn, recordFactor, rememberDevice, setSessionCookie, shownAccount } from './answer-signed-in.ts';
import { identityOf } from './context.ts';
import { credentialOfBrowser } from '#access/browser-credential.ts';
import { anonymousDepsOf, guarded, guardedSecret, ownAccount, requireOwnPassword } from './own-account.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { route, type Route } from './route.ts';
import { sessionRoutes, type Own } from './session-routes.ts';

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

const signedInAnswer = z.object({
  token: z.string().meta({ description: 'Send it as Authorization: Bearer; browsers have it in a cookie as well.' }),
  expiresAt: z.string(),
  mustEnroll: z.boolean(),
  account: z.looseObject({ id: z.string(), organization: z.string() }),
});

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
    ...sessionRoutes(kind, prefix, own),
    ...passkeyRoutes(kind, prefix, own, open),
  ];
}

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
        const attempt = {
          kind,
          login: body.email ?? body.username ?? '',
          password: body.password,
          totp: body.totp,
          organizationId: body.organization,
          request: { ...context.origin, authMethod: 'none' as const },
          client: clientAt(context.request.ip),
          device: readDevice(context.services.accounts, context.request.headers.cookie),
        };
        return await answerSignedIn(
          context,
          await signIn(anonymousDepsOf(context), context.services.attempts, attempt),
        );
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
        const { attempts } = context.services;
        const request = { ...context.origin, authMethod: 'none' as const };
        const client = clientAt(context.request.ip);
        await requestLink(anonymousDepsOf(context), attempts, { kind, login: body.email, request, client });
        context.reply.code(202);
        // The same for every address: the answer does not say which addresses have an account.
        const shared =
          kind === 'user' ? ' If several users share the address, send the username in the field email instead.' : '';
        return { message: `If there is such an account, a mail with a link is on its way.${shared}` };
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
        return await guardedSecret(context, 'link', () => describeLink(anonymousDepsOf(context), body.token));
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
          const request = { ...context.origin, authMethod: 'none' as const };
          const set = () => setPasswordByLink(anonymousDepsOf(context), request, body.token, body.password);
          const account = await guardedSecret(context, 'link', set);
          // Its owner reads the mail: a way in where others make the network wait.
          rememberDevice(context, account);
          return shownAccount(account);
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
        const account = await ownAccount(context);
        const change = {
          current: body.currentPassword,
          next: body.newPassword,
          totp: body.totp,
          sessionId: principal.keyId,
        };
        await guarded(context, account, 'code', () => changeOwnPassword(deps, context.origin, account, change));
      },
    ),
  ];
}

function factorRoutes(prefix: string, own: Own): readonly Route[] {
  return [
    route(
      {
        ...own,
        method: 'POST',
        path: `${prefix}/totp`,
        summary:
          'Begin to set up an authenticator app; the secret is shown this once. With a code of the app that there is',
        body: z.looseObject({ password: secret, totp: z.string().max(20).optional() }),
        answer: z.object({ secret: z.string(), uri: z.string() }),
      },
      async (context, { body }) => {
        const { deps, caller, organizationId } = identityOf(context);
        const account = await ownAccount(context);
        await requireOwnPassword(context, account, body.password);
        const issuer = (await findOrganization(deps.database, organizationId))?.name ?? 'Tanhua';
        return await guarded(context, account, 'code', () =>
          startTotp(deps, caller.origin, account, { issuer, code: body.totp }),
        );
      },
    ),
    route(
      {
        ...own,
        method: 'PUT',
        path: `${prefix}/totp`,
        summary: 'Set up the authenticator app by a code of it; the recovery codes are shown this once',
        body: z.looseObject({ code: z.string().min(1).max(20) }),
        answer: z.object({ recoveryCodes: z.array(z.string()) }),
      },
      async (context, { body }) => {
        const { deps, caller, principal } = identityOf(context);
        const account = await ownAccount(context);
        const proof = { code: body.code, keptSession: principal.keyId };
        const recoveryCodes = await guarded(context, account, 'code', () =>
          finishTotp(deps, caller.origin, account, proof),
        );
        await recordFactor(context, 'otp');
        return { recoveryCodes };
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
        const { deps, caller, principal } = identityOf(context);
        const account = await ownAccount(context);
        const proof = { code: body.code, keptSession: principal.keyId };
        await guarded(context, account, 'code', () => removeOwnTotp(deps, caller.origin, account, proof));
      },
    ),
  ];
}
