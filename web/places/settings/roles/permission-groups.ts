import type { Words } from '../../../words/words.tsx';

export type PermissionName = keyof Words['settings']['roles']['permissions'];

/** The permissions that a role can have, in groups for the reader. */
export const permissionGroups = {
  people: ['users.read', 'users.write', 'users.help', 'groups.read', 'groups.write'],
  sources: ['integrations.read', 'integrations.write', 'scim', 'schemas'],
  record: ['events.read', 'requests.read', 'mail.read', 'mail.write'],
  organization: [
    'organization.read',
    'organization.write',
    'administrators.read',
    'administrators.write',
    'keys.own',
    'keys.all',
  ],
  rehearsal: ['entra.read', 'entra.write'],
  access: ['radius.read', 'radius.write'],
} as const satisfies Readonly<Record<keyof Words['settings']['roles']['groups'], readonly PermissionName[]>>;

export const groupNames = Object.keys(permissionGroups) as readonly (keyof typeof permissionGroups)[];
