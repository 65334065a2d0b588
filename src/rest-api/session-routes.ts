import { z } from 'zod';
import { idleMsOf } from '#access/session-rules.ts';
import { ownerColumn, type AccountKind } from '#accounts/account.ts';
import { deleteSessions, listSessions, type SubjectColumn } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { shownAccount } from './answer-signed-in.ts';
import { identityOf } from './context.ts';
import { mustEnroll } from './must-enroll.ts';
import { ownAccount } from './own-account.ts';
import { idParams, route, type Route } from './route.ts';

/** What the routes have in common by which a signed-in account manages itself. */
export type Own = {
  readonly tag: string;
  readonly access: 'user' | 'session';
  readonly takesOrganization: false;
};

const sessionAnswer = z.looseObject({
  id: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  current: z.boolean(),
});
/** Lists and ends the sessions of the account that is signed in. */
export function sessionRoutes(kind: AccountKind, prefix: string, own: Own): readonly Route[] {
  const column = ownerColumn(kind);
  return [
    route(
      {
        ...own,
        // Of a key, too: whose it is, and what it may do.
        access: kind,
        method: 'GET',
        path: `${prefix}/session`,
        summary: 'Who is signed in',
        answer: z.looseObject({ id: z.string() }),
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
        summary: 'List where one is signed in',
        answer: z.array(sessionAnswer),
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
    route(
      {
        ...own,
        method: 'DELETE',
        path: `${prefix}/sessions`,
        summary: 'End all of one’s sessions but this one',
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
