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
import { answerSignedIn, recordFactor } from './answer-signed-in.ts';
import { identityOf } from './context.ts';
import { anonymousDepsOf, guardedSecret, ownAccount, requireOwnPassword } from './own-account.ts';
import { idParams, nameSchema, route, type Route } from './route.ts';

type Common<Access extends string> = {
  readonly tag: string;
  readonly access: Access;
  readonly takesOrganization: false;
};

const passkeyAnswer = z.looseObject({ id: z.string(), name: z.string(), createdAt: z.string() });
const optionsAnswer = z.object({ state: z.string(), options: z.looseObject({ challenge: z.string() }) });

/** Passkeys (WebAuthn level 3): adding, listing and removing one's own, and signing in with one. */
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
      { ...own, method: 'GET', path: base, summary: 'List one’s passkeys', answer: z.array(passkeyAnswer) },
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
        summary: 'Begin to add a passkey; with the password, since it opens the account from then on',
        body: z.looseObject({ password: z.string().min(1).max(1_024) }),
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
        summary: 'Add the passkey that the browser made',
        body: z.looseObject({
          state: z.string().max(4_096),
          name: nameSchema,
          response: z.looseObject({ id: z.string() }),
        }),
        answer: z.object({ id: z.string() }),
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
      summary: 'Remove one of one’s passkeys, with the password',
      params: idParams,
      body: z.looseObject({ password: z.string().min(1).max(1_024) }),
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
        summary: 'Begin to sign in with a passkey',
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
        body: z.looseObject({ state: z.string().max(4_096), response: z.looseObject({ id: z.string() }) }),
        answer: z.looseObject({ token: z.string() }),
      },
      async (context, { body }) => {
        const from = { ...context.origin, authMethod: 'none' as const };
        const finish = () => finishPasskeySignIn(anonymousDepsOf(context), kind, from, body);
        return await answerSignedIn(context, await guardedSecret(context, 'passkey', finish));
      },
    ),
  ];
}
