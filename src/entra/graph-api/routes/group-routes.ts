import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import type { FieldChange } from '#audit/event-types.ts';
import type { SourceGroup } from '../../source/source-object.ts';
import {
  addMembers,
  changedGroupNames,
  createSourceGroup,
  deleteSourceGroup,
  groupNameOf,
  updateSourceGroup,
} from '../../source/source-groups.ts';
import { runChange, contextOf, graphUrl, tenantOf, type GraphChange } from '../graph-context.ts';
import { requireGroup } from '../find-objects.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { groupProperties, groupResource, groupValues } from '../resources/group-resource.ts';
import { pick, selectOf } from '../resources/select.ts';
import { objectBody, pathId, resourceAnswer } from './contracts.ts';
import { countRoute, listRoute, type ObjectList } from './object-lists.ts';

const tag = 'Groups of the tenant';

export function groupTarget(group: SourceGroup) {
  return { type: 'entra_group', id: group.id, name: groupNameOf(group) } as const;
}

/** Returns the added and removed members as the changes of an event. */
export function memberChanges(added: readonly string[], removed: readonly string[]): readonly FieldChange[] {
  return [
    ...added.map((to) => ({ field: 'members', from: null, to })),
    ...removed.map((from) => ({ field: 'members', from, to: null })),
  ];
}

function groupChanges(before: SourceGroup, after: SourceGroup): readonly FieldChange[] {
  const valueOf = (group: SourceGroup, field: string) =>
    field === 'membershipRule' ? group.membershipRule : (group.attributes[field] ?? null);
  return changedGroupNames(before, after).map((field) => ({
    field,
    from: valueOf(before, field),
    to: valueOf(after, field),
  }));
}

async function bindMembers(
  context: Context,
  change: GraphChange,
  groupId: string,
  memberIds: readonly string[],
): Promise<readonly FieldChange[]> {
  if (memberIds.length === 0) return [];
  return memberChanges(await addMembers(change, await tenantOf(context), groupId, memberIds), []);
}

const groups: ObjectList = {
  path: '/groups',
  tag,
  noun: 'groups',
  type: 'Group',
  fragment: 'groups',
  show: (_, objects, { select }) => objects.map(({ resource }) => pick(resource, selectOf(select, groupProperties))),
};

export const groupRoutes: readonly Route[] = [
  listRoute(groups),
  countRoute(groups),
  route(
    {
      method: 'POST',
      path: '/groups',
      tag,
      summary: 'Create a group, with members or a membership rule',
      access: 'entra.write',
      body: objectBody,
      answer: resourceAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const tenant = await tenantOf(context);
      const { values, memberIds } = groupValues(body);
      const group = await runChange(context, async (change) => {
        const created = await createSourceGroup(change, tenant, values);
        const changes = await bindMembers(context, change, created.id, memberIds);
        await change.record({ type: 'entra_group_create', target: groupTarget(created), changes });
        return created;
      });
      context.reply.header('location', `${graphUrl(context)}/groups/${group.id}`);
      return { ...contextOf(context, 'groups/$entity'), ...groupResource(group) };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/groups/:id',
      tag,
      summary: 'Get a group',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: resourceAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const selected = selectOf(readOptions(query, ['$select']).select, groupProperties);
      const group = await requireGroup(identityOf(context).deps.database, tenant, params.id);
      return { ...contextOf(context, 'groups/$entity'), ...pick(groupResource(group), selected) };
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/groups/:id',
      tag,
      summary: 'Change a group, or add members',
      access: 'entra.write',
      params: pathId,
      body: objectBody,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      const { values, memberIds } = groupValues(body);
      await runChange(context, async (change) => {
        const before = await requireGroup(change.database, tenant, params.id);
        const after = await updateSourceGroup(change, tenant, before.id, values);
        const members = await bindMembers(context, change, before.id, memberIds);
        const changes = [...groupChanges(before, after), ...members];
        if (changes.length > 0)
          await change.record({ type: 'entra_group_update', target: groupTarget(after), changes });
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/groups/:id',
      tag,
      summary: 'Delete a group',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const group = await requireGroup(change.database, tenant, params.id);
        await deleteSourceGroup(change, tenant, group.id);
        await change.record({ type: 'entra_group_delete', target: groupTarget(group) });
      });
    },
  ),
];
