import { z } from 'zod';
import { listTimeline } from '#audit/event-query-store.ts';
import { addSshKey, removeSshKey } from '#directory/ssh-keys.ts';
import { findSshKeys } from '#directory/ssh-key-store.ts';
import { sshKey } from '#directory/system-user.ts';
import { requireUser } from '#directory/system-users.ts';
import { identityOf, originOf } from '../context.ts';
import { LIMIT_MAX } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { sshKeyAnswer } from '../schemas.ts';

const tag = 'Users';
const base = '/api/systemusers';
/** Events of one page of a timeline. */
const TIMELINE_MAX = 500;

/** The SSH keys of a user, and everything that ever happened to it. */
export const userDetailRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/:id/sshkeys`,
      tag,
      summary: 'List the SSH keys of a user',
      access: 'users.read',
      params: idParams,
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
      params: idParams,
      body: z.looseObject({ name: z.string().min(1).max(200), public_key: z.string().min(1).max(20_000) }),
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
      params: idParams.extend({ keyId: z.string().max(100) }),
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
      summary: 'Everything that ever happened to a user, the newest first',
      access: 'events.read',
      params: idParams,
      query: z.looseObject({
        limit: z.coerce.number().int().min(1).max(TIMELINE_MAX).optional(),
        before: z.coerce.number().int().min(0).optional(),
      }),
      answer: z.object({ results: z.array(z.looseObject({})), before: z.string().optional() }),
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
