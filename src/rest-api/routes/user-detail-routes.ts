import { z } from 'zod';
import { listTimeline } from '#audit/event-query-store.ts';
import { addSshKey, removeSshKey } from '#directory/ssh-keys.ts';
import { findSshKeys } from '#directory/ssh-key-store.ts';
import { sshKey } from '#directory/system-user.ts';
import { requireUser } from '#directory/system-users.ts';
import { identityOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { eventAnswer } from '../event-schemas.ts';
import { LIMIT_MAX } from '../list-query.ts';
import { pathIds, route, type Route } from '../route.ts';
import { sshKeyAnswer, userIdParams } from '../schemas.ts';
import { newSshKeyTexts } from '../system-user-texts.ts';

const tag = 'Users';
const base = '/api/systemusers';
/** The maximum number of events on one page of a timeline. */
const TIMELINE_MAX = 500;
const timelineQuery = describeFields(
  z.looseObject({
    limit: z.coerce.number().int().min(1).max(TIMELINE_MAX).optional(),
    before: z.coerce.number().int().min(0).optional(),
  }),
  {
    limit: `The maximum number of events: 1 to ${TIMELINE_MAX}. Default: ${LIMIT_MAX}.`,
    before: 'The value of before in the response with the previous page.',
  },
);

/** The routes for a user's SSH keys, and for the timeline of all events about a user. */
export const userDetailRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/:id/sshkeys`,
      tag,
      summary: 'List the SSH keys of a user',
      access: 'users.read',
      params: userIdParams,
      answer: z.array(sshKeyAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      return ((await findSshKeys(deps.database, [user.id])).get(user.id) ?? []).map(sshKey);
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/sshkeys`,
      tag,
      summary: 'Add an SSH key to a user',
      access: 'users.write',
      params: userIdParams,
      body: describeFields(
        z.looseObject({ name: z.string().min(1).max(200), public_key: z.string().min(1).max(20_000) }),
        newSshKeyTexts,
      ),
      answer: sshKeyAnswer,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      const key = { name: body.name, publicKey: body.public_key };
      return sshKey(await addSshKey(deps, originOf(context), user, key));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id/sshkeys/:keyId`,
      tag,
      summary: 'Remove an SSH key of a user',
      access: 'users.write',
      params: pathIds({
        id: 'The id of the user: 24 hexadecimal digits.',
        keyId: 'The id of the SSH key: 24 hexadecimal digits.',
      }),
      answer: z.array(sshKeyAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      await removeSshKey(deps, originOf(context), user, params.keyId);
      return ((await findSshKeys(deps.database, [user.id])).get(user.id) ?? []).map(sshKey);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/timeline`,
      tag,
      summary: 'List all events about a user, newest first',
      access: 'events.read',
      params: userIdParams,
      query: timelineQuery,
      answer: describeFields(z.object({ results: z.array(eventAnswer), before: z.string().optional() }), {
        results: 'The events of this page.',
        before: 'The value of before for the next page; missing on the last page.',
      }),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      return await listTimeline(deps.database, organizationId, params.id, {
        limit: query.limit ?? LIMIT_MAX,
        before: query.before,
      });
    },
  ),
];
