import { z } from 'zod';
import type { FieldChange } from '#audit/event-types.ts';
import type { JsonObject } from '#base/json.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import type { EntraTenant, SourceUser } from '../../source/source-object.ts';
import { updateSourcePassword, type PasswordChange } from '../../sign-in/sign-in-store.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { findSourceUsers } from '../../source/source-user-store.ts';
import {
  changedNames,
  createSourceUser,
  deleteSourceUser,
  updateSourceUser,
  upnOf,
} from '../../source/source-users.ts';
import { runChange, contextOf, graphUrl, tenantOf, type GraphChange } from '../graph-context.ts';
import { requireUser } from '../find-objects.ts';
import type { ListedObject } from '../list-objects.ts';
import { optionsQuery, readOptions, type QueryOptions } from '../odata/query-options.ts';
import { pick, selectOf } from '../resources/select.ts';
import { passwordOf, userProperties, userResource, userValues } from '../resources/user-resource.ts';
import { expandOf } from '../resources/expand.ts';
import { objectBody, pathId } from './contracts.ts';
import { countRoute, listRoute, type ObjectList } from './object-lists.ts';

const tag = 'Users of the tenant';

/** Returns users with the selected properties, and with their managers if $expand requests them. */
export async function userResources(
  context: Context,
  users: readonly Pick<ListedObject, 'object' | 'resource'>[],
  { select, expand }: Pick<QueryOptions, 'select' | 'expand'>,
): Promise<readonly JsonObject[]> {
  const selected = selectOf(select, userProperties);
  const shown = users.map(({ resource }) => pick(resource, selected));
  if (!expandOf(expand, ['manager']).has('manager')) return shown;
  const managerOf = ({ object }: Pick<ListedObject, 'object'>) =>
    object.type === 'User' && object.managerId !== null ? [object.managerId] : [];
  const tenantId = users[0]?.object.tenantId ?? '';
  const managers = await findSourceUsers(identityOf(context).deps.database, tenantId, users.flatMap(managerOf));
  const defaults = new Set(userProperties.defaults);
  const byId = new Map(managers.map((manager) => [manager.id, pick(userResource(manager), defaults)]));
  return shown.map((user, index) => {
    const [managerId = ''] = users[index] === undefined ? [] : managerOf(users[index]);
    const manager = byId.get(managerId);
    return manager === undefined ? user : { ...user, manager: { '@odata.type': '#microsoft.graph.user', ...manager } };
  });
}

function targetOf(user: SourceUser) {
  return { type: 'entra_user', id: user.id, name: upnOf(user) } as const;
}

/** Returns the differences between two states of a user as the changes of an event. */
export function userChanges(before: SourceUser, after: SourceUser): readonly FieldChange[] {
  const valueOf = (user: SourceUser, field: string) => {
    if (field === 'accountEnabled') return user.accountEnabled;
    return field === 'manager' ? user.managerId : (user.attributes[field] ?? null);
  };
  return changedNames(before, after).map((field) => ({
    field,
    from: valueOf(before, field),
    to: valueOf(after, field),
  }));
}

/** Reads the password of a body, and hashes it. */
async function hashedPassword(context: Context, body: JsonObject): Promise<PasswordChange> {
  const { password, mustChange } = passwordOf(body);
  const { passwordCost } = identityOf(context).deps;
  return { hash: password === undefined ? undefined : await hashPassword(password, passwordCost), mustChange };
}

/** Stores a password, and returns the changes for the event. */
async function updatePassword(
  { database }: GraphChange,
  tenant: Pick<EntraTenant, 'id'>,
  user: SourceUser,
  password: PasswordChange,
): Promise<readonly FieldChange[]> {
  const { hash, mustChange } = password;
  if (hash === undefined && mustChange === undefined) return [];
  await updateSourcePassword(database, tenant.id, user.id, password);
  return [
    ...(hash === undefined ? [] : [{ field: 'password', from: null, to: SECRET_MASK }]),
    ...(mustChange === undefined ? [] : [{ field: 'forceChangePasswordNextSignIn', from: null, to: mustChange }]),
  ];
}

const users: ObjectList = {
  path: '/users',
  tag,
  noun: 'users',
  type: 'User',
  fragment: 'users',
  moreOptions: ['$expand'],
  show: userResources,
};

export const userRoutes: readonly Route[] = [
  listRoute(users),
  countRoute(users),
  route(
    {
      method: 'POST',
      path: '/users',
      tag,
      summary: 'Create a user',
      access: 'entra.write',
      body: objectBody,
      answer: z.looseObject({ id: z.string() }),
      status: 201,
    },
    async (context, { body }) => {
      const tenant = await tenantOf(context);
      // Before the transaction, because hashing is slow.
      const password = await hashedPassword(context, body);
      const user = await runChange(context, async (change) => {
        const created = await createSourceUser(change, tenant, userValues(body));
        await updatePassword(change, tenant, created, password);
        await change.record({ type: 'entra_user_create', target: targetOf(created) });
        return created;
      });
      context.reply.header('location', `${graphUrl(context)}/users/${user.id}`);
      return { ...contextOf(context, 'users/$entity'), ...userResource(user) };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/users/:id',
      tag,
      summary: 'Get a user by id or userPrincipalName',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: z.looseObject({ id: z.string() }),
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const options = readOptions(query, ['$select', '$expand']);
      const object = await requireUser(identityOf(context).deps.database, tenant, params.id);
      const [user] = await userResources(context, [{ object, resource: userResource(object) }], options);
      return { ...contextOf(context, 'users/$entity'), ...user };
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/users/:id',
      tag,
      summary: 'Change a user',
      access: 'entra.write',
      params: pathId,
      body: objectBody,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      const password = await hashedPassword(context, body);
      await runChange(context, async (change) => {
        const before = await requireUser(change.database, tenant, params.id);
        const after = await updateSourceUser(change, tenant, before.id, userValues(body));
        const changes = [...userChanges(before, after), ...(await updatePassword(change, tenant, after, password))];
        if (changes.length > 0) await change.record({ type: 'entra_user_update', target: targetOf(after), changes });
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/users/:id',
      tag,
      summary: 'Delete a user, who can be restored for 30 days',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const { id } = await requireUser(change.database, tenant, params.id);
        const deleted = await deleteSourceUser(change, tenant, id);
        await change.record({ type: 'entra_user_delete', target: targetOf(deleted) });
      });
    },
  ),
];
