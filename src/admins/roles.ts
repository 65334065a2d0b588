import { storedJson, storedTexts } from '#base/stored-json.ts';

/** All permissions, and what they allow. The reference page is generated from this table. */
export const permissions = {
  scim: 'Provision users and groups by SCIM with an API key.',
  schemas: 'Define schemas of the organization by SCIM.',
  'users.read': 'Read users, their SSH keys and their timelines.',
  'users.write': 'Create, change, activate, suspend, delete, import and export users.',
  'users.help': 'Reset passwords, unlock users, reset MFA, send activation emails again.',
  'groups.read': 'Read groups and their members.',
  'groups.write': 'Create, change and delete groups, and change their members.',
  'integrations.read': 'Read integrations and their rules.',
  'integrations.write': 'Create and change integrations and their tokens.',
  'administrators.read': 'Read administrators and roles.',
  'administrators.write': 'Create, change, suspend and delete administrators and custom roles.',
  'keys.own': 'Have and manage your own API keys and sessions.',
  'keys.all': 'Read and revoke the API keys and sessions of all administrators.',
  'organization.read': 'Read the organization and its settings.',
  'organization.write': 'Change the organization and its settings.',
  'organizations.create': 'Create organizations in this installation.',
  'radius.read': 'Read RADIUS servers, their clients without secrets, and the reply attributes of groups.',
  'radius.write':
    'Change RADIUS servers, their clients and shared secrets, the groups that may connect, and reply attributes.',
  'events.read': 'Read and export events.',
  'requests.read': 'Read the SCIM requests that were kept, with their bodies and answers.',
  'mail.read':
    'Read the templates and the outbox; reading the links in its emails also requires users.help or administrators.write.',
  'mail.write': 'Change the templates, and send emails of the outbox again.',
  'entra.read': 'Read the tenants, applications, jobs and provisioning logs of the stand-in for Entra ID.',
  'entra.write':
    'Change tenants, applications and jobs of the stand-in, save the credentials of targets, send requests to targets, and read the answers.',
} as const satisfies Readonly<Record<string, string>>;

export type Permission = keyof typeof permissions;

/**
 * Permissions that apply to the whole installation (decision 030). No role has them, whether built-in or custom. The first
 * start and the command line grant them to individual administrators.
 */
export const installationPermissions: readonly Permission[] = ['organizations.create'];

export const permissionNames = Object.keys(permissions) as readonly Permission[];

/** The permissions that a role can have. */
export const rolePermissionNames: readonly Permission[] = permissionNames.filter(
  (name) => !installationPermissions.includes(name),
);

/** The permissions of the command line: all, since its user has access to the database anyway. */
export const everyPermission: ReadonlySet<Permission> = new Set(permissionNames);

const readPermissions = rolePermissionNames.filter(
  (name) => name.endsWith('.read') && name !== 'mail.read' && name !== 'requests.read',
);
const allBut = (...without: readonly Permission[]) => rolePermissionNames.filter((name) => !without.includes(name));

/** The built-in roles and their permissions. The names are those of the directory that the REST API is compatible with. */
export const roles = {
  'Administrator With Billing': new Set(rolePermissionNames),
  Administrator: new Set(allBut('administrators.write')),
  Manager: new Set<Permission>([
    ...readPermissions,
    'scim',
    'users.write',
    'users.help',
    'groups.write',
    'radius.write',
    'mail.read',
    'requests.read',
    'keys.own',
  ]),
  'Help Desk': new Set<Permission>([
    'users.read',
    'users.help',
    'groups.read',
    'radius.read',
    'organization.read',
    'events.read',
    'keys.own',
  ]),
  'Command Runner': new Set<Permission>(['keys.own']),
  'Read Only': new Set<Permission>([...readPermissions, 'keys.own']),
  'Billing Only': new Set<Permission>(['organization.read']),
} as const satisfies Readonly<Record<string, ReadonlySet<Permission>>>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

/** Finds a built-in role by its name, which is case-insensitive. Returns undefined if there is none. */
export function findRole(name: string): Role | undefined {
  return roleNames.find((role) => role.toLowerCase() === name.toLowerCase());
}

/** Returns the permissions of a built-in role; an empty set for any other name. */
export function permissionsOf(role: string): ReadonlySet<Permission> {
  const known: Readonly<Record<string, ReadonlySet<Permission>>> = roles;
  return Object.hasOwn(known, role) ? (known[role] ?? new Set()) : new Set();
}

/** What each built-in role is for. The reference page shows it. */
export const roleDescriptions: Readonly<Record<Role, string>> = {
  'Administrator With Billing': 'Everything in the organization, administrators included.',
  Administrator: 'Everything but changing administrators.',
  Manager: 'Users and groups, provisioning them by SCIM, and RADIUS servers; reads the rest.',
  'Help Desk': 'Helps users who cannot sign in: passwords, locks, second factors, emails.',
  'Command Runner': "Only the administrator's own account and keys, for now: there are no commands to run.",
  'Read Only': 'Reads everything but the emails of the outbox and the kept requests.',
  'Billing Only': 'Reads the organization and its settings: nothing is billed here.',
};

export interface RoleColumns {
  /** The built-in role. */
  readonly role: string;
  /** The permissions of a custom role as JSON; null for a built-in role. */
  readonly scopes: string | null;
  readonly creates_organizations: number | null;
}

/** Returns the permissions of an administrator's row: the permissions of the role, and the granted permissions of the installation. */
export function permissionsOfRow({ role, scopes, creates_organizations }: RoleColumns): ReadonlySet<Permission> {
  if (scopes !== null) return new Set(permissionsOfRole(scopes));
  const ofRole = permissionsOf(role);
  const isGranted = creates_organizations === 1 && role === ('Administrator With Billing' satisfies Role);
  return isGranted ? ofRole.union(new Set(installationPermissions)) : ofRole;
}

const readScopes = storedJson('roles.scopes', storedTexts);

/** Returns the permissions of a stored custom role, without permissions that this version does not know or that no role can have. */
export function permissionsOfRole(scopes: string): readonly Permission[] {
  const known = knownPermissions(readScopes(scopes));
  return rolePermissionNames.filter((name) => known.includes(name));
}

/** Returns the names that are permissions in this version. A name that only another version knows has no effect. */
export function knownPermissions(names: readonly unknown[]): readonly Permission[] {
  return permissionNames.filter((name) => names.includes(name));
}
