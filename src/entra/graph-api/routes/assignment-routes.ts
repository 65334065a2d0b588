import { z } from 'zod';
import { quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import type { Database } from '#database/database.ts';
import { identityOf } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { ROLE_DEFAULT } from '../../application/app-roles.ts';
import { applicationTarget } from '../../application/application-events.ts';
import type { Assignment, EntraApplication } from '../../application/application.ts';
import { assign, unassign } from '../../application/assignments.ts';
import { findSourceGroup, findSourceGroups } from '../../source/source-group-store.ts';
import type { ObjectType } from '../../source/source-object.ts';
import { findSourceUser, findSourceUsers } from '../../source/source-user-store.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { countAssignments, findAssignment, pageOfAssignments, roleValuesOf } from '../assignment-list-store.ts';
import { requireApplication } from '../find-applications.ts';
import { runChange, contextOf, pageAnswer, tenantOf } from '../graph-context.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { readToken } from '../odata/skip-token.ts';
import { rolesOf } from '../resources/service-principal-resource.ts';
import { listAnswer, pathId, resourceAnswer } from './contracts.ts';

const tag = 'Enterprise applications';
/** The appRoleId that requests send to assign default access, without a specific role. */
const NO_ROLE = '00000000-0000-0000-0000-000000000000';
const position = z.strictObject({ principalId: z.string(), appRoleId: z.string() });

export const assignmentBody = z.looseObject({
  principalId: z.guid(),
  /** The id of one of the application's appRoles. Without an id, the assignment gives default access. */
  appRoleId: z.guid().optional(),
  /** The value of a role (not in Graph). The application does not need to have the role yet. */
  appRoleValue: z.string().optional(),
  resourceId: z.guid().optional(),
});

/** Returns assignments as microsoft.graph.appRoleAssignment. `appRoleValue` is not in Graph. */
async function assignmentResources(
  database: Database,
  { id: resourceId, displayName: resourceDisplayName, tenantId }: EntraApplication,
  assignments: readonly Assignment[],
): Promise<readonly JsonObject[]> {
  const idsOf = (type: ObjectType) =>
    assignments.flatMap((one) => (one.principalType === type ? [one.principalId] : []));
  const users = await findSourceUsers(database, tenantId, idsOf('User'));
  const groups = await findSourceGroups(database, tenantId, idsOf('Group'));
  const names = new Map([...users, ...groups].map(({ id, attributes }) => [id, attributes['displayName'] ?? null]));
  return assignments.map(({ id, appRoleId, principalId, principalType, roleValue }) => ({
    id,
    appRoleId,
    principalDisplayName: names.get(principalId) ?? null,
    principalId,
    principalType,
    resourceDisplayName,
    resourceId,
    deletedDateTime: null,
    appRoleValue: roleValue,
  }));
}

async function typeOf(database: Database, tenantId: string, id: string): Promise<ObjectType> {
  if ((await findSourceUser(database, tenantId, id)) !== undefined) return 'User';
  if ((await findSourceGroup(database, tenantId, id)) !== undefined) return 'Group';
  throw new StandInError('notFound', ({ assignments }) => assignments.noUserOrGroup(quote(id)), {
    attribute: 'principalId',
    value: id,
  });
}

async function roleValueOf(
  database: Database,
  application: EntraApplication,
  { appRoleId, appRoleValue }: z.output<typeof assignmentBody>,
): Promise<string> {
  if (appRoleValue !== undefined) return appRoleValue;
  if (appRoleId === undefined || appRoleId === NO_ROLE) return ROLE_DEFAULT;
  const roles = rolesOf(application, (await roleValuesOf(database, [application.id])).get(application.id) ?? []);
  const value = roles.get(appRoleId.toLowerCase());
  if (value !== undefined) return value;
  const name = quote(application.displayName);
  throw new StandInError('invalidValue', ({ assignments }) => assignments.unknownRole(name), {
    attribute: 'appRoleId',
    value: appRoleId,
  });
}

export const assignmentRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/servicePrincipals/:id/appRoleAssignedTo',
      tag,
      summary: 'List the assignments of an application',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const options = readOptions(query, ['$top', '$skiptoken', '$count']);
      const application = await requireApplication(database, tenant, params.id);
      const after = options.skipToken === undefined ? undefined : readToken('$skiptoken', options.skipToken, position);
      const found = await pageOfAssignments(database, application.id, { after, limit: options.top + 1 });
      const page = found.slice(0, options.top);
      const last = page.at(-1);
      const hasMore = found.length > page.length && last !== undefined;
      return pageAnswer(context, `servicePrincipals('${application.id}')/appRoleAssignedTo`, {
        count: options.count ? await countAssignments(database, application.id) : undefined,
        skipToken: hasMore ? encodeOpaque({ principalId: last.principalId, appRoleId: last.appRoleId }) : undefined,
        value: await assignmentResources(database, application, page),
      });
    },
  ),
  route(
    {
      method: 'POST',
      path: '/servicePrincipals/:id/appRoleAssignedTo',
      tag,
      summary: 'Assign a user or a group to an application',
      access: 'entra.write',
      params: pathId,
      body: assignmentBody,
      answer: resourceAnswer,
      status: 201,
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      const principalId = body.principalId.toLowerCase();
      return await runChange(context, async (change) => {
        const application = await requireApplication(change.database, tenant, params.id);
        if (body.resourceId !== undefined && body.resourceId.toLowerCase() !== application.id) {
          const [given, path] = [quote(body.resourceId), quote(application.id)];
          throw new StandInError('invalidValue', ({ assignments }) => assignments.otherResource(given, path), {
            attribute: 'resourceId',
          });
        }
        const type = await typeOf(change.database, tenant.id, principalId);
        const roleValue = await roleValueOf(change.database, application, body);
        const { assignment, isNew } = await assign(change, application, { id: principalId, type }, roleValue);
        if (!isNew) {
          throw new StandInError('invalidValue', ({ assignments }) => assignments.present, { attribute: 'appRoleId' });
        }
        const [resource] = await assignmentResources(change.database, application, [assignment]);
        await change.record({
          type: 'application_assignment_create',
          target: applicationTarget(application),
          changes: [{ field: type, from: null, to: `${principalId} ${roleValue}` }],
        });
        return {
          ...contextOf(context, `servicePrincipals('${application.id}')/appRoleAssignedTo/$entity`),
          ...resource,
        };
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/servicePrincipals/:id/appRoleAssignedTo/:assignmentId',
      tag,
      summary: 'Delete an assignment',
      access: 'entra.write',
      params: pathId.extend({ assignmentId: z.string().max(256) }),
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const application = await requireApplication(change.database, tenant, params.id);
        const id = params.assignmentId.toLowerCase();
        const assignment = await findAssignment(change.database, application.id, id);
        if (assignment === undefined) {
          throw new StandInError('notFound', ({ assignments }) => assignments.unknown(quote(params.assignmentId)), {
            attribute: 'assignmentId',
          });
        }
        const { principalId, principalType, roleValue } = assignment;
        await unassign(change, application, principalId, roleValue);
        await change.record({
          type: 'application_assignment_delete',
          target: applicationTarget(application),
          changes: [{ field: principalType, from: `${principalId} ${roleValue}`, to: null }],
        });
      });
    },
  ),
];
