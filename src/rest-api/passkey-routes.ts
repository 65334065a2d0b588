import { z } from 'zod';
import { ownerColumn, type AccountKind } from '#accounts/account.ts';
import { listPasskeys } from '#accounts/passkey-store.ts';
import {
  finishPasskey,
  finishPasskeySignIn,
  removeOwnPasskey,
  renameOwnPasskey,
  startPasskey,
  startPasskeySignIn,
} from '#accounts/passkeys.ts';
import { accountAnswer, cookieHeader, ownPasswordText, signInRefusals } from './account-schemas.ts';
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
const stateOfOptions = 'An opaque text to send back with the response of the browser, within five minutes.';
const challengeText = 'The challenge that the authenticator signs, in Base64url.';
const timeoutText = 'The number of milliseconds that the browser waits for the authenticator.';
const registrationOptions = describeFields(
  z.object({
    state: z.string(),
    options: z.looseObject({
      challenge: z.string(),
      rp: z.object({ name: z.string(), id: z.string() }),
      user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
      pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.literal('public-key') })),
      timeout: z.int(),
      attestation: z.literal('none'),
      excludeCredentials: z.array(z.looseObject({ id: z.string(), type: z.string() })),
      authenticatorSelection: z.object({
        residentKey: z.string(),
        userVerification: z.string(),
        requireResidentKey: z.boolean(),
      }),
      extensions: z.object({ credProps: z.boolean() }),
      hints: z.array(z.string()),
    }),
  }),
  {
    state: stateOfOptions,
    options: 'The options for navigator.credentials.create(), in the JSON form of WebAuthn level 3.',
    'options.challenge': challengeText,
    'options.rp': 'The server that the passkey is for.',
    'options.rp.name': 'The name of the product.',
    'options.rp.id': 'The host name of the public URL, to which the authenticator binds the passkey.',
    'options.user': 'The account that the passkey is for.',
    'options.user.id': 'An identifier of the account, in Base64url.',
    'options.user.name': 'The email address or the sign-in name of the account.',
    'options.user.displayName': 'The given name of the account’s owner.',
    'options.pubKeyCredParams': 'The accepted kinds of keys, preferred ones first.',
    'options.pubKeyCredParams.alg': 'The COSE number of the signature algorithm.',
    'options.pubKeyCredParams.type': 'Always public-key.',
    'options.timeout': timeoutText,
    'options.attestation': 'Always none: the server does not ask for the maker of the authenticator.',
    'options.excludeCredentials': 'The passkeys that the account already has.',
    'options.excludeCredentials.id': 'The id of the credential, in Base64url.',
    'options.excludeCredentials.type': 'Always public-key.',
    'options.authenticatorSelection': 'What the authenticator has to support.',
    'options.authenticatorSelection.residentKey': 'Always required: the authenticator stores the account.',
    'options.authenticatorSelection.userVerification': 'Always required: the authenticator verifies the person.',
    'options.authenticatorSelection.requireResidentKey': 'Always true: the authenticator stores the account.',
    'options.extensions': 'The extensions that the server asks for.',
    'options.extensions.credProps': 'Always true: the browser reports whether the authenticator stores the account.',
    'options.hints': 'Always empty: the server prefers no kind of authenticator.',
  },
);
const signInOptions = describeFields(
  z.object({
    state: z.string(),
    options: z.looseObject({
      challenge: z.string(),
      rpId: z.string(),
      timeout: z.int(),
      userVerification: z.literal('required'),
    }),
  }),
  {
    state: stateOfOptions,
    options: 'The options for navigator.credentials.get(), in the JSON form of WebAuthn level 3.',
    'options.challenge': challengeText,
    'options.rpId': 'The host name of the public URL, to which the authenticator bound the passkey.',
    'options.timeout': timeoutText,
    'options.userVerification': 'Always required: the authenticator verifies the person.',
  },
);
const passwordBody = describeFields(z.looseObject({ password: z.string().min(1).max(1_024) }), {
  password: ownPasswordText,
});
const stateText = 'The state from the response with the options: at most 4,096 characters.';
const responseText = 'The credential that the browser returned, in the JSON form of WebAuthn level 3.';
/** The schema is loose, because the library that verifies the response checks the other fields. */
const credentialSchema = z.looseObject({
  id: z.string(),
  rawId: z.unknown().optional(),
  type: z.unknown().optional(),
  clientExtensionResults: z.unknown().optional(),
  response: z.unknown().optional(),
});
const credentialTexts = {
  response: responseText,
  'response.id': 'The id of the credential, in Base64url.',
  'response.rawId': 'The id of the credential, the same text as id.',
  'response.type': 'Always public-key.',
  'response.clientExtensionResults': 'An object with the results of the extensions; may be empty.',
} as const;

const nameText = 'A name by which the owner recognizes the passkey: 1 to 200 characters without control characters.';

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
        answer: registrationOptions,
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
            response: credentialSchema,
          }),
          {
            state: stateText,
            name: nameText,
            ...credentialTexts,
            'response.response':
              'An object with clientDataJSON and attestationObject, in Base64url, and optionally transports, a list.',
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
    renameRoute(base, own),
    removalRoute(base, own),
    ...signInRoutes(kind, prefix, open),
  ];
}

function renameRoute(base: string, own: Common<'user' | 'session'>): Route {
  return route(
    {
      ...own,
      method: 'PUT',
      path: `${base}/:id`,
      summary: 'Rename one of your own passkeys',
      params: passkeyIdParams,
      body: describeFields(z.looseObject({ name: nameSchema }), { name: nameText }),
      status: 204,
    },
    async (context, { params, body }) => {
      const { deps, caller } = identityOf(context);
      const passkey = { id: params.id, name: body.name };
      await renameOwnPasskey(deps, caller.origin, await ownAccount(context), passkey);
    },
  );
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
        answer: signInOptions,
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
        body: describeFields(z.looseObject({ state: z.string().max(4_096), response: credentialSchema }), {
          state: stateText,
          ...credentialTexts,
          'response.response': 'An object with clientDataJSON, authenticatorData and signature, in Base64url.',
        }),
        answer: accountAnswer.signedIn,
        answerHeaders: cookieHeader('session'),
        refusals: signInRefusals,
      },
      async (context, { body }) => {
        const from = { ...context.origin, authMethod: 'none' as const };
        const finish = () => finishPasskeySignIn(anonymousDepsOf(context), kind, from, body);
        return await answerSignedIn(context, await guardedSecret(context, 'passkey', finish));
      },
    ),
  ];
}
