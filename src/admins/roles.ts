/** The built-in roles, by the original directory's names, and what each may do. */
export const roles = {
  'Administrator With Billing': { scim: true, schemas: true },
  Administrator: { scim: true, schemas: true },
  Manager: { scim: true, schemas: false },
  'Help Desk': { scim: false, schemas: false },
  'Command Runner': { scim: false, schemas: false },
  'Read Only': { scim: false, schemas: false },
  'Billing Only': { scim: false, schemas: false },
} as const satisfies Readonly<Record<string, RolePermissions>>;

export interface RolePermissions {
  /** May drive SCIM: the guide's Administrator With Billing, Administrator and Manager. */
  readonly scim: boolean;
  /** May define schemas of the organization's own. */
  readonly schemas: boolean;
}

export type Permission = keyof RolePermissions;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

/** A role by its name in any case; undefined when there is none. */
export function findRole(name: string): Role | undefined {
  return roleNames.find((role) => role.toLowerCase() === name.toLowerCase());
}
