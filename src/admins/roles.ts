/** The built-in roles, by the original directory's names, and what each may do. */
export const roles = {
  'Administrator With Billing': { scim: true },
  Administrator: { scim: true },
  Manager: { scim: true },
  'Help Desk': { scim: false },
  'Command Runner': { scim: false },
  'Read Only': { scim: false },
  'Billing Only': { scim: false },
} as const satisfies Readonly<Record<string, RolePermissions>>;

export interface RolePermissions {
  /** May drive SCIM: the guide's Administrator With Billing, Administrator and Manager. */
  readonly scim: boolean;
}

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as readonly Role[];

/** A role by its name in any case; undefined when there is none. */
export function findRole(name: string): Role | undefined {
  return roleNames.find((role) => role.toLowerCase() === name.toLowerCase());
}
