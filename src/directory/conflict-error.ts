import { AppError, type ErrorContext } from '#base/errors.ts';
import type { ErrorCode } from '#base/error-table.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { StoredUser } from './stored.ts';

/** Values that can belong to one user or group alone, in the order in which a refusal names them. */
export const collidingAttributes = {
  userName: { code: 'userNameTaken', attribute: 'userName', field: 'username' },
  username: { code: 'userNameTaken', attribute: 'userName', field: 'username' },
  email: { code: 'emailTaken', attribute: 'emails[type eq "work"].value', field: 'email' },
  employeeNumber: {
    code: 'employeeNumberTaken',
    attribute: `${ENTERPRISE_USER_SCHEMA}:employeeNumber`,
    field: 'employeeIdentifier',
  },
  displayName: { code: 'groupNameTaken', attribute: 'displayName', field: 'name' },
} as const satisfies Readonly<
  Record<string, { readonly code: ErrorCode; readonly attribute: string; readonly field: string }>
>;

export type CollidingName = keyof typeof collidingAttributes;

export interface Collision {
  readonly name: CollidingName;
  /** The value as it was sent. */
  readonly value: string;
}

/** Whether a user can be used, as far as it matters to a caller who meets the user in a conflict. */
type OwnerState = 'active' | 'staged' | 'suspended' | 'passwordExpired';

/** A user or a group that has values that were sent for another one. */
export interface ConflictOwner {
  readonly type: 'user' | 'group';
  readonly id: string;
  /** The userName of a user, the displayName of a group. */
  readonly name: string;
  readonly state: OwnerState;
  readonly collisions: readonly Collision[];
}

/** Why a user or a group cannot have the values that were sent. */
export interface Conflict {
  /** All owners; of a value that more users share than are named, some of them. */
  readonly owners: readonly [ConflictOwner, ...ConflictOwner[]];
  /** A user who had the userName until recently, and can be restored. */
  readonly deleted?: { readonly id: string; readonly name: string; readonly deletedAt: Date } | undefined;
  /** True where a deleted user is brought back. */
  readonly isRestoring?: boolean | undefined;
}

/** A 409 with everything that collides. */
export class ConflictError extends AppError {
  readonly conflict: Conflict;

  constructor(conflict: Conflict, message: string, context: ErrorContext = {}) {
    const [{ name, value } = { name: 'userName', value: '' } as const] = conflict.owners[0].collisions;
    const { code, attribute } = collidingAttributes[name];
    super(code, message, { ...context, attribute, value });
    this.conflict = conflict;
  }
}

export function ownerStateOf(user: Pick<StoredUser, 'state' | 'passwordExpired'>): OwnerState {
  if (user.state === 'SUSPENDED') return 'suspended';
  if (user.state === 'STAGED') return 'staged';
  return user.passwordExpired ? 'passwordExpired' : 'active';
}
