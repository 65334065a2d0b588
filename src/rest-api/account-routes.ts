import { z } from 'zod';
import type { AccountKind } from '#accounts/account.ts';
import { clientAt } from '#accounts/attempts.ts';
import { requestLink } from '#accounts/forgotten-password.ts';
import { readDevice } from '#accounts/known-devices.ts';
import {
  changeOwnPassword,
  checkOwnPassword,
  describeLink,
  ownPasswordRules,
  setPasswordByLink,
} from '#accounts/passwords.ts';
import { finishTotp, removeOwnTotp, startTotp } from '#accounts/second-factor.ts';
import { signIn } from '#accounts/sign-in.ts';
import { deleteSessions } from '#admins/session-store.ts';
import { findOrganization } from '#organizations/organization-store.ts';
import { passwordStrengths } from '#organizations/password-strength.ts';
import { answerSignedIn, recordFactor, rememberDevice, setSessionCookie, shownAccount } from './answer-signed-in.ts';
import { identityOf, languageOf } from './context.ts';
import { credentialOfBrowser } from '#access/browser-credential.ts';
import { accountAnswer, cookieHeader, ownPasswordText, signInRefusals, totpText } from './account-schemas.ts';
import { consoleCodeRoute } from './console-code-route.ts';
import { describeFields } from './describe-fields.ts';
import { anonymousDepsOf, guarded, guardedSecret, ownAccount, requireOwnPassword } from './own-account.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { recoveryCodeRoutes } from './recovery-code-routes.ts';
import { route, type Route } from './route.ts';
import { sessionRoutes, type Own } from './session-routes.ts';

const secret = z.string().min(1).max(1_024);

const signInBody = describeFields(
  z
    .looseObject({
      email: z.string().min(1).max(1_024).optional(),
      username: z.string().min(1).max(1_024).optional(),
      password: secret,
      totp: z.string().max(20).optional(),
      organization: z.string().max(24).optional(),
    })
    .refine((body) => body.email !== undefined || body.username !== undefined, 'email is required'),
  {
    email: 'The email address or the username of the account: 1 to 1,024 characters. Required without username.',
    username: 'The same as email, which takes precedence: 1 to 1,024 characters.',
    password: 'The password of the account: 1 to 1,024 characters.',
    totp: totpText,
    organization: 'The id of the organization, if the same name exists in several: 24 hexadecimal digits.',
  },
);

const setPasswordBody = describeFields(z.looseObject({ token: secret, password: secret }), {
  token: 'The value of token in the link of the email: 1 to 1,024 characters. It can be used once.',
  password: 'The new password, which has to meet the password rules of the organization: 1 to 1,024 characters.',
});

const ruleSchema = z.array(z.object({ rule: z.string(), must: z.string() }));
const ruleTexts = {
  passwordRules: 'The rules that a new password has to meet.',
  'passwordRules.rule': 'The code of the rule, such as minLength.',
  'passwordRules.must': 'The rule in words, to follow "The password must".',
} as const;

const checkAnswer = describeFields(
  z.object({ broken: z.array(z.string()), unchecked: z.array(z.string()), strength: z.enum(passwordStrengths) }),
  {
    broken: 'The codes of the rules that the password breaks, such as minLength.',
    unchecked: 'The codes of the rules that are checked only when the password is set: history.',
    strength: 'How hard the password is to guess, as a hint: weak, fair, good or strong.',
  },
);

const linkAnswer = describeFields(
  z.looseObject({
    kind: z.enum(['user', 'administrator']),
    purpose: z.enum(['activation', 'reset']),
    username: z.string(),
    firstName: z.string(),
    organization: z.string(),
    expiresAt: z.iso.datetime(),
    passwordRules: ruleSchema,
  }),
  {
    kind: 'The kind of account: user or administrator.',
    purpose: 'activation: the account has no password yet; reset: the password is replaced.',
    username: 'The sign-in name of the account.',
    firstName: 'The given name of the account’s owner; may be empty.',
    organization: 'The name of the organization, for people.',
    expiresAt: 'When the link stops working: RFC 3339, in UTC.',
    ...ruleTexts,
  },
);

const codeBody = describeFields(z.looseObject({ code: z.string().min(1).max(20) }), {
  code: 'A code from the authenticator app, or a recovery code to remove the app: 1 to 20 characters.',
});

/** The routes through which administrators or users (`kind`) sign in and manage their own accounts. */
export function accountRoutes(kind: AccountKind): readonly Route[] {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const tag = kind === 'user' ? 'User portal' : 'Signing in';
  const access = kind === 'user' ? 'user' : 'session';
  const own = { tag, access, takesOrganization: false } as const;
  const open = { tag, access: 'anyone', takesOrganization: false } as const;
  return [
    ...signInRoutes(kind, prefix, open),
    ...(kind === 'administrator' ? [consoleCodeRoute] : []),
    ...passwordRoutes(kind, prefix, open),
    ...ownPasswordRoutes(prefix, own),
    ...factorRoutes(prefix, own),
    ...recoveryCodeRoutes(prefix, own),
    ...sessionRoutes(kind, prefix, own),
    ...passkeyRoutes(kind, prefix, own, open),
  ];
}

type Open = { readonly tag: string; readonly access: 'anyone'; readonly takesOrganization: false };

function signInRoutes(kind: AccountKind, prefix: string, open: Open): readonly Route[] {
  return [
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/sign-in`,
        summary: 'Sign in',
        body: signInBody,
        answer: accountAnswer.signedIn,
        answerHeaders: cookieHeader('session'),
        refusals: signInRefusals,
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
        answerHeaders: {
          'Set-Cookie': {
            description: 'Removes the cookie of the session.',
            example: 'tanhua_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
          },
        },
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
        summary:
          'Request an email with a link to set a new password; the response is the same whether or not the account exists',
        body: describeFields(z.looseObject({ email: z.string().min(1).max(1_024) }), {
          email: 'The email address or the username of the account: 1 to 1,024 characters.',
        }),
        answer: describeFields(z.object({ message: z.string() }), {
          message: 'A text for people that does not reveal whether the account exists.',
        }),
        status: 202,
      },
      async (context, { body }) => {
        const { attempts } = context.services;
        const request = { ...context.origin, authMethod: 'none' as const };
        const client = clientAt(context.request.ip);
        await requestLink(anonymousDepsOf(context), attempts, { kind, login: body.email, request, client });
        context.reply.code(202);
        // The message is the same for every address, so that the response does not reveal which addresses have an account.
        const shared =
          kind === 'user' ? ' If several users share the address, send the username in the field email instead.' : '';
        return { message: `If there is such an account, an email with a link is on its way.${shared}` };
      },
    ),
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/link`,
        summary: 'Show the account that a link in an email is for; the link stays valid',
        body: describeFields(z.looseObject({ token: secret }), {
          token: 'The value of token in the link of the email: 1 to 1,024 characters.',
        }),
        answer: linkAnswer,
      },
      async (context, { body }) => {
        return await guardedSecret(context, 'link', () =>
          describeLink(anonymousDepsOf(context), body.token, languageOf(context)),
        );
      },
    ),
    ...['activate', 'reset'].map((action) =>
      route(
        {
          ...open,
          method: 'POST',
          path: `${prefix}/${action}`,
          summary: 'Set a password with the link in an email; the link works once',
          body: setPasswordBody,
          answer: accountAnswer.account,
          answerHeaders: cookieHeader('device'),
        },
        async (context, { body }) => {
          const request = { ...context.origin, authMethod: 'none' as const };
          const set = () => setPasswordByLink(anonymousDepsOf(context), request, body.token, body.password);
          const account = await guardedSecret(context, 'link', set);
          // The caller has read the owner's email, so failed attempts by other people in the same network must not delay this device.
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
        method: 'GET',
        path: `${prefix}/password`,
        summary: 'Show the rules that a new password of your own has to meet',
        answer: describeFields(z.object({ passwordRules: ruleSchema }), ruleTexts),
      },
      async (context) => ({
        passwordRules: await ownPasswordRules(identityOf(context).deps, await ownAccount(context), languageOf(context)),
      }),
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: `${prefix}/password/check`,
        summary: 'Check a new password of your own while it is typed; nothing is changed',
        body: describeFields(z.looseObject({ password: z.string().max(1_024) }), {
          password: 'The new password, as far as it is typed: at most 1,024 characters.',
        }),
        answer: checkAnswer,
      },
      async (context, { body }) =>
        await checkOwnPassword(identityOf(context).deps, await ownAccount(context), body.password),
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: `${prefix}/password`,
        summary: 'Change your own password; all your other sessions end',
        body: describeFields(
          z.looseObject({ currentPassword: secret, newPassword: secret, totp: z.string().max(20).optional() }),
          {
            currentPassword: ownPasswordText,
            newPassword:
              'The new password, which has to meet the password rules of the organization: 1 to 1,024 characters.',
            totp: totpText,
          },
        ),
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
          'Start the setup of an authenticator app; the secret is shown only once. To replace an app, send a code from the current one',
        body: describeFields(z.looseObject({ password: secret, totp: z.string().max(20).optional() }), {
          password: ownPasswordText,
          totp: 'A code from the current authenticator app, at most 20 characters. Required if one is set up.',
        }),
        answer: describeFields(z.object({ secret: z.string(), uri: z.string() }), {
          secret: 'The shared secret in Base32, for typing into the app.',
          uri: 'The otpauth:// URI for a QR code.',
        }),
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
        summary:
          'Finish the setup of the authenticator app with a code from it; the recovery codes are shown only once',
        body: codeBody,
        answer: describeFields(z.object({ recoveryCodes: z.array(z.string()) }), {
          recoveryCodes: 'Codes that replace a code of the app, each once; earlier recovery codes stop working.',
        }),
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
        summary: 'Remove your authenticator app, with a code from it',
        body: codeBody,
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
