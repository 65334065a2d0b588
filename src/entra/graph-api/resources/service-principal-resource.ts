import type { JsonObject } from '#base/json.ts';
import { appRoleIdOf } from '../../application/app-roles.ts';
import type { EntraApplication } from '../../application/application.ts';
import { filterableBy } from '../odata/filterable.ts';

/** The id of the template for applications that are not in the gallery. */
export const NON_GALLERY_TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
/** The roles that every application outside the gallery has. */
const ownRoles = ['User', 'msiam_access'];

/** Returns the values of an application's roles by role id: the roles that every application has, and the roles in its assignments. */
export function rolesOf(
  { id }: Pick<EntraApplication, 'id'>,
  roleValues: readonly string[],
): ReadonlyMap<string, string> {
  const values = new Set([...ownRoles, ...roleValues]);
  return new Map([...values].map((value) => [appRoleIdOf(id, value), value]));
}

function roleResource([id, value]: readonly [string, string]): JsonObject {
  return {
    id,
    allowedMemberTypes: ['User'],
    displayName: value,
    description: value,
    isEnabled: true,
    origin: 'Application',
    value: ownRoles.includes(value) ? null : value,
  };
}

export const servicePrincipalProperties = [
  'id',
  'appId',
  'displayName',
  'appDisplayName',
  'accountEnabled',
  'applicationTemplateId',
  'appOwnerOrganizationId',
  'appRoleAssignmentRequired',
  'appRoles',
  'createdDateTime',
  'deletedDateTime',
  'servicePrincipalType',
  'tags',
];

export const servicePrincipalFilterable = filterableBy([
  ...['id', 'appId', 'displayName', 'appDisplayName', 'servicePrincipalType', 'applicationTemplateId'].map(
    (path) => ({ path, type: 'text', caseExact: false }) as const,
  ),
  { path: 'createdDateTime', type: 'date', caseExact: true },
  { path: 'accountEnabled', type: 'boolean', caseExact: true },
  { path: 'tags', type: 'texts', caseExact: false },
]);

/** Returns an application as microsoft.graph.servicePrincipal. */
export function servicePrincipalResource(application: EntraApplication, roleValues: readonly string[]): JsonObject {
  const { id, appId, displayName, tenantId, createdAt } = application;
  return {
    id,
    appId,
    displayName,
    appDisplayName: displayName,
    accountEnabled: true,
    applicationTemplateId: NON_GALLERY_TEMPLATE,
    appOwnerOrganizationId: tenantId,
    appRoleAssignmentRequired: true,
    appRoles: [...rolesOf(application, roleValues)].map(roleResource),
    createdDateTime: createdAt.toISOString(),
    deletedDateTime: null,
    servicePrincipalType: 'Application',
    tags: ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'],
  };
}
