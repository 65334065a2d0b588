import { z } from 'zod';
import { requireAdministrator } from '#admins/administrators.ts';
import { deleteSessions, listSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction } from '#database/database.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pathIds, route, type Route } from '../route.ts';
import { administratorIdParams } from '../schemas.ts';
import { sessionAnswer } from '../session-schemas.ts';

const tag = 'Administrators';
const base = '/api/users/:id/sessions';

/**
 * Ends one session of an administrator, or all sessions if `sessionId` is undefined, and returns how many sessions ended. Throws
 * `notFound` (404) if the administrator or the session does not exist.
 */
async function endSessions(context: Context, id: string, sessionId: string | undefined): Promise<number> {
  const { deps, organizationId } = identityOf(context);
  const { email } = await requireAdministrator(deps.database, organizationId, id);
  return await inTransaction(deps.database, async (transaction) => {
    const which = sessionId === undefined ? { allBut: undefined } : { only: sessionId };
    const ended = await deleteSessions(transaction, 'administrator_id', id, which);
    if (ended === 0 && sessionId !== undefined) {
      throw new TranslatedError('notFound', ({ admin }) =>
        admin.administrators.noSession(quote(sessionId), quote(email)),
      );
    }
    await recordEvent(transaction, deps.clock, originOf(context), {
      type: 'session_revoke',
      target: { type: 'admin', id, name: email },
      changes: [{ field: 'sessions', from: sessionId ?? ended, to: null }],
    });
    return ended;
  });
}

/** The routes that list and end the sessions of other administrators. */
export const administratorSessionRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List the sessions of an administrator',
      access: 'keys.all',
      params: administratorIdParams,
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
      summary: 'End all sessions of an administrator',
      access: 'keys.all',
      params: administratorIdParams,
      answer: describeFields(z.object({ ended: z.int() }), { ended: 'The number of sessions that ended.' }),
    },
    async (context, { params }) => ({ ended: await endSessions(context, params.id, undefined) }),
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:sessionId`,
      tag,
      summary: 'End one session of an administrator',
      access: 'keys.all',
      params: pathIds({
        id: 'The id of the administrator: 24 hexadecimal digits.',
        sessionId: 'The id of the session: 24 hexadecimal digits.',
      }),
      status: 204,
    },
    async (context, { params }) => {
      await endSessions(context, params.id, params.sessionId);
    },
  ),
];
