import { z } from 'zod';
import { ownerColumn, type AccountKind } from '#accounts/account.ts';
import { listPasskeys } from '#accounts/passkey-store.ts';
import {
  finishPasskey,
  finishPasskeySignIn,
  removeOwnPasskey,
  startPasskey,
  startPasskeySignIn,
} from '#accounts/passkeys.ts';
import { accountAnswer, ownPasswordText } from './account-schemas.ts';
import { answerSignedIn, recordFactor } from './answer-signed-in.ts';
import { identityOf } from './context.ts';
import { describeFields } from './describe-fields.ts';
import { anonymousDepsOf, guardedSecret, ownAccount, requireOwnPassword } from './own-account.ts';
import { nameSchema, pathIds, route, type Route } from './route.ts';

type Common<Access extends string> = {
  readonly tag: string;
  readonly access: Access;
  readonly takesOrganization: false;
};

const idText = 'The id of the passkey: 24 hexadecimal digits.';
const passkeyIdParams = pathIds({ id: idText });
const passkeyAnswer = describeFields(
  z.looseObject({
    id: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  }),
  {
    id: idText,
    name: 'The name that the owner gave the passkey.',
    createdAt: 'When the passkey was added: RFC 3339, in UTC.',
    lastUsedAt: 'When the passkey last signed in: RFC 3339, in UTC; null if it never did.',
  },
);
const optionsAnswer = describeFields(
  z.object({ state: z.string(), options: z.looseObject({ challenge: z.string() }) }),
  {
    state: 'An opaque text to send back with the response of the browser, within five minutes.',
    options: 'The options for navigator.credentials.create or get, in the JSON form of WebAuthn level 3.',
    'options.challenge': 'The challenge that the authenticator signs, in Base64url.',
  },
);
const passwordBody = describeFields(z.looseObject({ password: z.string().min(1).max(1_024) }), {
  password: ownPasswordText,
});
const stateText = 'The state from the response with the options: at most 4,096 characters.';
const responseText = 'The credential that the browser returned, in the JSON form of WebAuthn level 3.';
const credentialIdText = 'The id of the credential, in Base64url.';

/** The routes for passkeys (WebAuthn level 3): list, add and remove your own, and sign in with one. */
export function passkeyRoutes(
  kind: AccountKind,
  prefix: string,
  own: Common<'user' | 'session'>,
  open: Common<'anyone'>,
): readonly Route[] {
  const column = ownerColumn(kind);
  const base = `${prefix}/passkeys`;
  return [
    route(
      { ...own, method: 'GET', path: base, summary: 'List your own passkeys', answer: z.array(passkeyAnswer) },
      async (context) => {
        const passkeys = await listPasskeys(identityOf(context).deps.database, column, (await ownAccount(context)).id);
        return passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt }));
      },
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: `${base}/options`,
        summary: 'Start to add a passkey; requires the password, because a passkey can sign in without a password',
        body: passwordBody,
        answer: optionsAnswer,
      },
      async (context, { body }) => {
        const own = await ownAccount(context);
        await requireOwnPassword(context, own, body.password);
        const { deps, principal } = identityOf(context);
        return await startPasskey(deps, own, principal.keyId);
      },
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: base,
        summary: 'Add the passkey that the browser created',
        body: describeFields(
          z.looseObject({
            state: z.string().max(4_096),
            name: nameSchema,
            response: z.looseObject({ id: z.string() }),
          }),
          {
            state: stateText,
            name: 'A name by which the owner recognizes the passkey: 1 to 200 characters without control characters.',
            response: responseText,
            'response.id': credentialIdText,
          },
        ),
        answer: describeFields(z.object({ id: z.string() }), { id: idText }),
        status: 201,
      },
      async (context, { body }) => {
        const { deps, caller, principal } = identityOf(context);
        const sent = { ...body, sessionId: principal.keyId };
        const id = await finishPasskey(deps, caller.origin, await ownAccount(context), sent);
        await recordFactor(context, 'hwk');
        return { id };
      },
    ),
    removalRoute(base, own),
    ...signInRoutes(kind, prefix, open),
  ];
}

function removalRoute(base: string, own: Common<'user' | 'session'>): Route {
  return route(
    {
      ...own,
      method: 'DELETE',
      path: `${base}/:id`,
      summary: 'Remove one of your own passkeys; requires the password',
      params: passkeyIdParams,
      body: passwordBody,
      status: 204,
    },
    async (context, { params, body }) => {
      const { deps, caller, principal } = identityOf(context);
      const account = await ownAccount(context);
      await requireOwnPassword(context, account, body.password);
      await removeOwnPasskey(deps, caller.origin, account, { id: params.id, keptSession: principal.keyId });
    },
  );
}

function signInRoutes(kind: AccountKind, prefix: string, open: Common<'anyone'>): readonly Route[] {
  return [
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/sign-in/passkey/options`,
        summary: 'Start a sign-in with a passkey',
        body: z.looseObject({}),
        bodyOptional: true,
        answer: optionsAnswer,
      },
      async (context) => {
        return await startPasskeySignIn(context.services.accounts);
      },
    ),
    route(
      {
        ...open,
        method: 'POST',
        path: `${prefix}/sign-in/passkey`,
        summary: 'Sign in with a passkey',
        body: describeFields(
          z.looseObject({ state: z.string().max(4_096), response: z.looseObject({ id: z.string() }) }),
          { state: stateText, response: responseText, 'response.id': credentialIdText },
        ),
        answer: accountAnswer.signedIn,
      },
      async (context, { body }) => {
        const from = { ...context.origin, authMethod: 'none' as const };
        const finish = () => finishPasskeySignIn(anonymousDepsOf(context), kind, from, body);
        return await answerSignedIn(context, await guardedSecret(context, 'passkey', finish));
      },
    ),
  ];
}
