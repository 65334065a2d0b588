import { z } from 'zod';
import { idleMsOf } from '#access/session-rules.ts';
import { ownerColumn, type AccountKind } from '#accounts/account.ts';
import { deleteSessions, listSessions, type SubjectColumn } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { shownAccount } from './answer-signed-in.ts';
import { identityOf } from './context.ts';
import { mustEnroll } from './must-enroll.ts';
import { accountAnswer } from './account-schemas.ts';
import { ownAccount } from './own-account.ts';
import { pathIds, route, type Route } from './route.ts';
import { ownSessionAnswer } from './session-schemas.ts';

/** The contract fields that all routes about the signed-in account share. */
export type Own = {
  readonly tag: string;
  readonly access: 'user' | 'session';
  readonly takesOrganization: false;
};

const sessionIdParams = pathIds({ id: 'The id of the session: 24 hexadecimal digits.' });

/** The routes that list and end the sessions of the signed-in account. */
export function sessionRoutes(kind: AccountKind, prefix: string, own: Own): readonly Route[] {
  const column = ownerColumn(kind);
  return [
    route(
      {
        ...own,
        // This route is also open to API keys. For a key, it returns the owner and the permissions of the key.
        access: kind,
        method: 'GET',
        path: `${prefix}/session`,
        summary: 'Show the signed-in account and its permissions',
        answer: accountAnswer.current,
      },
      async (context) => {
        const { permissions, principal } = identityOf(context);
        const account = await ownAccount(context);
        const isIncomplete = await mustEnroll(context, account, principal.authMethods);
        return { ...shownAccount(account), permissions: [...permissions], mustEnroll: isIncomplete };
      },
    ),
    route(
      {
        ...own,
        method: 'GET',
        path: `${prefix}/sessions`,
        summary: 'List your own sessions',
        answer: z.array(ownSessionAnswer),
      },
      async (context) => {
        const { deps, principal, organizationId } = identityOf(context);
        const { id } = await ownAccount(context);
        const idleMs = idleMsOf(await findSettings(deps.database, organizationId), kind);
        const now = deps.clock.now().getTime();
        const sessions = (await listSessions(deps.database, column, id)).filter(
          ({ expiresAt, lastUsedAt }) => expiresAt.getTime() > now && now - lastUsedAt.getTime() <= idleMs,
        );
        return sessions.map((session) => ({ ...session, current: session.id === principal.keyId }));
      },
    ),
    ...endingRoutes(column, prefix, own),
  ];
}

function endingRoutes(column: SubjectColumn, prefix: string, own: Own): readonly Route[] {
  return [
    route(
      {
        ...own,
        method: 'DELETE',
        path: `${prefix}/sessions/:id`,
        summary: 'End one of your own sessions',
        params: sessionIdParams,
        status: 204,
      },
      async (context, { params }) => {
        const { deps, caller } = identityOf(context);
        const account = await ownAccount(context);
        await inTransaction(deps.database, async (transaction) => {
          if ((await deleteSessions(transaction, column, account.id, { only: params.id })) === 0) {
            throw new TranslatedError('notFound', ({ admin }) => admin.administrators.noOwnSession(quote(params.id)));
          }
          await recordEvent(transaction, deps.clock, caller.origin, {
            type: 'session_revoke',
            target: { type: 'session', id: params.id, name: account.login },
          });
        });
      },
    ),
    route(
      {
        ...own,
        method: 'DELETE',
        path: `${prefix}/sessions`,
        summary: 'End all your own sessions except the current one',
        status: 204,
      },
      async (context) => {
        const { deps, caller, principal } = identityOf(context);
        const account = await ownAccount(context);
        await inTransaction(deps.database, async (transaction) => {
          await deleteSessions(transaction, column, account.id, { allBut: principal.keyId });
          await recordEvent(transaction, deps.clock, caller.origin, {
            type: 'session_revoke',
            target: { type: 'session', id: null, name: account.login },
          });
        });
      },
    ),
  ];
}
