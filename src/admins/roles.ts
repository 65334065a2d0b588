import { storedJson, storedTexts } from '#base/stored-json.ts';

/** Everything that a role can allow, and what it means; the reference page is generated from here. */
export const permissions = {
  scim: 'Provision users and groups by SCIM with an API key.',
  schemas: 'Define schemas of the organization by SCIM.',
  'users.read': 'Read users, their SSH keys and their timelines.',
  'users.write': 'Create, change, activate, suspend, delete, import and export users.',
  'users.help': 'Reset passwords, unlock users, reset MFA, send activation mails again.',
  'groups.read': 'Read groups and their members.',
  'groups.write': 'Create, change and delete groups, and change their members.',
  'integrations.read': 'Read integrations and their rules.',
  'integrations.write': 'Create and change integrations and their tokens.',
  'administrators.read': 'Read administrators and roles.',
  'administrators.write': 'Create, change, suspend and delete administrators and custom roles.',
  'keys.own': 'Have API keys, and sessions, of one’s own.',
  'keys.all': 'Read and revoke the API keys and sessions of all administrators.',
  'organization.read': 'Read the organization and its settings.',
  'organization.write': 'Change the organization and its settings.',
  'organizations.create': 'Create organizations in this installation.',
  'events.read': 'Read and export events.',
  'mail.read':
    'Read the templates and the outbox; the links in its mails take users.help, or administrators.write, as well.',
  'mail.write': 'Change the templates, and send mails of the outbox again.',
  'entra.read': 'Read the tenants, applications, jobs and provisioning logs of the stand-in for Entra ID.',
  'entra.write': 'Change them, save the credentials of targets, send requests to targets, and read what they answer.',
} as const satisfies Readonly<Record<string, string>>;

export type Permission = keyof typeof permissions;

/**
 * Permissions of the whole installation (decision 030): no role has them, neither a built-in nor a custom one. The first start
 * and the command line grant them to single administrators.
 */
export const installationPermissions: readonly Permission[] = ['organizations.create'];

export const permissionNames = Object.keys(permissions) as readonly Permission[];

/** The permissions that a role can have. */
export const rolePermissionNames: readonly Permission[] = permissionNames.filter(
  (name) => !installationPermissions.includes(name),
);

/** What the command line may do, whose caller has the database anyway. */
export const everyPermission: ReadonlySet<Permission> = new Set(permissionNames);

const reading = rolePermissionNames.filter((name) => name.endsWith('.read') && name !== 'mail.read');
const allBut = (...without: readonly Permission[]) => rolePermissionNames.filter((name) => !without.includes(name));

/** The built-in roles, by the original directory's names, and what each may do. */
export const roles = {
  'Administrator With Billing': new Set(rolePermissionNames),
  Administrator: new Set(allBut('administrators.write')),
  Manager: new Set<Permission>([
    ...reading,
    'scim',
    'users.write',
    'users.help',
    'groups.write',
    'mail.read',
    'keys.own',
  ]),
  'Help Desk': new Set<Permission>([
    'users.read',
    'users.help',
    'groups.read',
    'organization.read',
    'events.read',
    'keys.own',
  ]),
  'Command Runner': new Set<Permission>(['keys.own']),
  'Read Only': new Set<Permission>([...reading, 'keys.own']),
  'Billing Only': new Set<Permission>(['organization.read']),
} as const satisfies Readonly<Record<string, ReadonlySet<Permission>>>;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

/** A role by its name in any case; undefined when there is none. */
export function findRole(name: string): Role | undefined {
  return roleNames.find((role) => role.toLowerCase() === name.toLowerCase());
}

/** What a built-in role allows; nothing for a name that is none. */
export function permissionsOf(role: string): ReadonlySet<Permission> {
  const known: Readonly<Record<string, ReadonlySet<Permission>>> = roles;
  return Object.hasOwn(known, role) ? (known[role] ?? new Set()) : new Set();
}

/** What each built-in role is for; the reference page and GET /api/v2/roles tell it. */
export const roleDescriptions: Readonly<Record<Role, string>> = {
  'Administrator With Billing': 'Everything in the organization, administrators included.',
  Administrator: 'Everything but changing administrators.',
  Manager: 'Users and groups, and provisioning them by SCIM; reads the rest.',
  'Help Desk': 'Helps users who cannot sign in: passwords, locks, second factors, mails.',
  'Command Runner': 'Nothing yet but an account and keys of one’s own: there are no commands to run.',
  'Read Only': 'Reads everything but the mails of the outbox.',
  'Billing Only': 'Reads the organization and its settings: nothing is billed here.',
};

export interface RoleColumns {
  /** The built-in role. */
  readonly role: string;
  /** The permissions of a custom role as JSON; null for a built-in one. */
  readonly scopes: string | null;
  readonly creates_organizations: number | null;
}

/** What the row of an administrator allows: the permissions of the role, and those of the installation. */
export function permissionsOfRow({ role, scopes, creates_organizations }: RoleColumns): ReadonlySet<Permission> {
  if (scopes !== null) return new Set(permissionsOfRole(scopes));
  const ofRole = permissionsOf(role);
  const isGranted = creates_organizations === 1 && role === ('Administrator With Billing' satisfies Role);
  return isGranted ? ofRole.union(new Set(installationPermissions)) : ofRole;
}

const readScopes = storedJson('roles.scopes', storedTexts);

/** The permissions of a stored custom role; what this version does not know, or no role can have, is left out. */
export function permissionsOfRole(scopes: string): readonly Permission[] {
  const known = knownPermissions(readScopes(scopes));
  return rolePermissionNames.filter((name) => known.includes(name));
}

/** The permissions among some names: what another version wrote, and this one does not know, allows nothing. */
export function knownPermissions(names: readonly unknown[]): readonly Permission[] {
  return permissionNames.filter((name) => names.includes(name));
}
