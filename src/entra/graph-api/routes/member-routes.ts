import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { quote } from '#base/errors.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import type { Database } from '#database/database.ts';
import { identityOf } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { addMembers, removeMembers } from '../../source/source-groups.ts';
import { findSourceGroups } from '../../source/source-group-store.ts';
import type { SourceMember } from '../../source/source-member-store.ts';
import { findSourceUsers } from '../../source/source-user-store.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { runChange, pageAnswer, tenantOf } from '../graph-context.ts';
import { requireGroup } from '../find-objects.ts';
import { countActiveMembers, pageOfMembers } from '../member-list-store.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { readToken } from '../odata/skip-token.ts';
import { groupProperties, groupResource } from '../resources/group-resource.ts';
import { idOfReference, referenceBody } from '../resources/reference.ts';
import { pick, selectOf } from '../resources/select.ts';
import { userProperties, userResource } from '../resources/user-resource.ts';
import { listAnswer, pathId } from './contracts.ts';
import { groupTarget, memberChanges } from './group-routes.ts';
import { memberOfRoute } from './object-lists.ts';

const tag = 'Groups of the tenant';
const memberPath = pathId.extend({ memberId: z.string().max(256) });
const afterId = z.strictObject({ after: z.string() });

/** The properties of users and groups together, because a member can be a user or a group. */
const memberProperties = {
  all: [...new Set([...userProperties.all, ...groupProperties.all])],
  defaults: [...new Set([...userProperties.defaults, ...groupProperties.defaults])],
};

/** Returns members as directory objects, in the order of `members`. */
async function memberResources(
  database: Database,
  tenantId: string,
  members: readonly SourceMember[],
  selected: ReadonlySet<string>,
): Promise<readonly JsonObject[]> {
  const idsOf = (type: SourceMember['type']) => members.filter((one) => one.type === type).map(({ id }) => id);
  const users = await findSourceUsers(database, tenantId, idsOf('User'));
  const groups = await findSourceGroups(database, tenantId, idsOf('Group'));
  const shown = new Map<string, JsonObject>([
    ...users.map((one) => [one.id, { '@odata.type': '#microsoft.graph.user', ...userResource(one) }] as const),
    ...groups.map((one) => [one.id, { '@odata.type': '#microsoft.graph.group', ...groupResource(one) }] as const),
  ]);
  return members.flatMap(({ id }) => {
    const member = shown.get(id);
    return member === undefined ? [] : [pick(member, selected)];
  });
}

export const memberRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/groups/:id/members',
      tag,
      summary: 'List the direct members of a group',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const options = readOptions(query, ['$select', '$top', '$skiptoken', '$count']);
      const selected = selectOf(options.select, memberProperties);
      const { id } = await requireGroup(database, tenant, params.id);
      const after = options.skipToken === undefined ? '' : readToken('$skiptoken', options.skipToken, afterId).after;
      const members = await pageOfMembers(database, id, { after, limit: options.top + 1 });
      const page = members.slice(0, options.top);
      const last = page.at(-1);
      const hasMore = members.length > page.length && last !== undefined;
      return pageAnswer(context, 'directoryObjects', {
        count: options.count ? await countActiveMembers(database, id) : undefined,
        skipToken: hasMore ? encodeOpaque({ after: last.id }) : undefined,
        value: await memberResources(database, tenant.id, page, selected),
      });
    },
  ),
  memberOfRoute({ path: '/groups', tag, type: 'Group' }),
  route(
    {
      method: 'POST',
      path: '/groups/:id/members/$ref',
      tag,
      summary: 'Add a member to a group',
      access: 'entra.write',
      params: pathId,
      body: referenceBody,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      const memberId = idOfReference(body['@odata.id'], '@odata.id');
      await runChange(context, async (change) => {
        const group = await requireGroup(change.database, tenant, params.id);
        const added = await addMembers(change, tenant, group.id, [memberId]);
        if (added.length === 0) {
          throw new StandInError('invalidValue', ({ groups }) => groups.memberPresent, {
            attribute: 'members',
            value: memberId,
          });
        }
        const changes = memberChanges(added, []);
        await change.record({ type: 'entra_group_update', target: groupTarget(group), changes });
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/groups/:id/members/:memberId/$ref',
      tag,
      summary: 'Remove a member from a group',
      access: 'entra.write',
      params: memberPath,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const group = await requireGroup(change.database, tenant, params.id);
        const removed = await removeMembers(change, tenant, group.id, [params.memberId.toLowerCase()]);
        if (removed.length === 0) {
          throw new StandInError('notFound', ({ groups }) => groups.notMember(quote(params.memberId)), {
            attribute: 'members',
          });
        }
        const changes = memberChanges([], removed);
        await change.record({ type: 'entra_group_update', target: groupTarget(group), changes });
      });
    },
  ),
];
