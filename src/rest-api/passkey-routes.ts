import { z } from 'zod';
import { findAccount, targetOfAccount, type AccountKind } from '#accounts/account.ts';
import { deletePasskey, listPasskeys } from '#accounts/passkey-store.ts';
import { finishPasskey, finishPasskeySignIn, startPasskey, startPasskeySignIn } from '#accounts/passkeys.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { answerSignedIn } from './answer-signed-in.ts';
import { identityOf, type Context } from './context.ts';
import { idParams, route, type Route } from './route.ts';

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
  const column = kind === 'user' ? 'user_id' : 'administrator_id';
  const base = `${prefix}/passkeys`;
  return [
    route(
      { ...own, method: 'GET', path: base, summary: 'List one’s passkeys', answer: z.array(passkeyAnswer) },
      async (context) => {
        const passkeys = await listPasskeys(
          identityOf(context).deps.database,
          column,
          (await account(context, kind)).id,
        );
        return passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt }));
      },
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: `${base}/options`,
        summary: 'Begin to add a passkey',
        body: z.looseObject({}),
        bodyOptional: true,
        answer: optionsAnswer,
      },
      async (context) => await startPasskey(identityOf(context).deps, await account(context, kind)),
    ),
    route(
      {
        ...own,
        method: 'POST',
        path: base,
        summary: 'Add the passkey that the browser made',
        body: z.looseObject({
          state: z.string().max(4_096),
          name: z.string().min(1).max(100),
          response: z.looseObject({ id: z.string() }),
        }),
        answer: z.object({ id: z.string() }),
        status: 201,
      },
      async (context, { body }) => {
        const { deps, caller } = identityOf(context);
        return { id: await finishPasskey(deps, caller.origin, await account(context, kind), body) };
      },
    ),
    removalRoute(kind, base, own),
    ...signInRoutes(kind, prefix, open),
  ];
}

function removalRoute(kind: AccountKind, base: string, own: Common<'user' | 'session'>): Route {
  const column = kind === 'user' ? 'user_id' : 'administrator_id';
  return route(
    {
      ...own,
      method: 'DELETE',
      path: `${base}/:id`,
      summary: 'Remove one of one’s passkeys',
      params: idParams,
      status: 204,
    },
    async (context, { params }) => {
      const { deps, caller } = identityOf(context);
      const found = await account(context, kind);
      await inTransaction(deps.database, async (transaction) => {
        if (!(await deletePasskey(transaction, column, found.id, params.id))) {
          throw new AppError('notFound', `There is no passkey ${quote(params.id)}.`);
        }
        await recordEvent(transaction, deps.clock, caller.origin, {
          type: kind === 'user' ? 'passkey_delete' : 'admin_passkey_delete',
          target: targetOfAccount(found),
        });
      });
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
        context.services.attempts.count(context.request.ip);
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
        const { services, request, origin } = context;
        services.attempts.count(request.ip);
        const databases = services.tenants.accesses.map(({ deps }) => deps.database);
        const from = { ...origin, authMethod: 'none' as const };
        return answerSignedIn(context, await finishPasskeySignIn(services.accounts, databases, kind, from, body));
      },
    ),
  ];
}

async function account(context: Context, kind: AccountKind) {
  const { principal, deps } = identityOf(context);
  const id = principal.user?.id ?? principal.administrator?.id ?? '';
  const found = await findAccount(deps.database, principal.organizationId, kind, id);
  assert(found, 'who is signed in has an account');
  return found;
}
