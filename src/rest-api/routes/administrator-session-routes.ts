import { z } from 'zod';
import { requireAdministrator } from '#admins/administrators.ts';
import { deleteSessions, listSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { idParams, route, type Route } from '../route.ts';

const tag = 'Administrators';
const base = '/api/users/:id/sessions';

const sessionAnswer = z
  .looseObject({
    id: z.string(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    clientIp: z.string().nullable(),
    userAgent: z.string().nullable(),
    authMethods: z.array(z.string()),
  })
  .meta({ id: 'session' });

/** Ends one session of an administrator, or all of them. Throws notFound (404) where there is no such one. */
async function end(context: Context, id: string, sessionId: string | undefined): Promise<number> {
  const { deps, organizationId } = identityOf(context);
  const { email } = await requireAdministrator(deps.database, organizationId, id);
  return await inTransaction(deps.database, async (transaction) => {
    const which = sessionId === undefined ? { allBut: undefined } : { only: sessionId };
    const ended = await deleteSessions(transaction, 'administrator_id', id, which);
    if (ended === 0 && sessionId !== undefined) {
      throw new AppError('notFound', `There is no session ${quote(sessionId)} of ${quote(email)}.`);
    }
    await recordEvent(transaction, deps.clock, originOf(context), {
      type: 'session_revoke',
      target: { type: 'admin', id, name: email },
      changes: [{ field: 'sessions', from: sessionId ?? ended, to: null }],
    });
    return ended;
  });
}

/** Where administrators are signed in, and an end to it. */
export const administratorSessionRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List where an administrator is signed in',
      access: 'keys.all',
      params: idParams,
      answer: z.array(sessionAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const { id } = await requireAdministrator(deps.database, organizationId, params.id);
      return await listSessions(deps.database, 'administrator_id', id);
    },
  ),
  route(
    {
      method: 'DELETE',
      path: base,
      tag,
      summary: 'Sign an administrator out everywhere',
      access: 'keys.all',
      params: idParams,
      answer: z.object({ ended: z.int() }),
    },
    async (context, { params }) => ({ ended: await end(context, params.id, undefined) }),
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:sessionId`,
      tag,
      summary: 'End one session of an administrator',
      access: 'keys.all',
      params: idParams.extend({ sessionId: z.string().max(100) }),
      status: 204,
    },
    async (context, { params }) => {
      await end(context, params.id, params.sessionId);
    },
  ),
];
