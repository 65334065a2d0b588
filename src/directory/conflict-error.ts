import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, type ErrorContext } from '#base/errors.ts';
import { collidingAttributes, type CollidingName, type OwnerState } from '#base/reasons/conflict-reasons.ts';
import type { ParametersOf } from '#base/reasons/reasons.ts';
import { reasonOf } from '#base/reasons/refusal.ts';
import { RESTORABLE_DAYS, type StoredUser } from './stored.ts';

/** A value that must be unique and belongs to another user or group. */
export interface Collision {
  readonly name: CollidingName;
  /** The value as the client sent it. */
  readonly value: string;
}

/** A user or group that already has values that a client sent for a different user or group. */
export interface ConflictOwner {
  readonly type: 'user' | 'group';
  readonly id: string;
  /** The userName of a user, the displayName of a group. */
  readonly name: string;
  readonly state: OwnerState;
  readonly collisions: readonly Collision[];
}

/** Explains why a user or group cannot have the values that were sent. */
export interface Conflict {
  /** The owners of the values. If many users share a value, only some of these users are included. */
  readonly owners: readonly [ConflictOwner, ...ConflictOwner[]];
  /** A deleted user with the same userName who can still be restored. */
  readonly deleted?: { readonly id: string; readonly name: string; readonly deletedAt: Date } | undefined;
  /** True if the write restores a deleted user. */
  readonly isRestoring?: boolean | undefined;
}

/** A 409 error that lists all colliding values, the userName first. The reason `valuesTaken` has a message for each interface. */
export class ConflictError extends AppError {
  readonly conflict: Conflict;

  constructor(conflict: Conflict, sender: Pick<Origin, 'integration' | 'actor'>, context: ErrorContext = {}) {
    const [{ name, value } = { name: 'userName', value: '' } as const] = conflict.owners[0].collisions;
    const { code, attribute } = collidingAttributes[name];
    const reason = reasonOf('valuesTaken', parametersOf(conflict, sender));
    super(code, reason.messageFor('scim'), { ...context, attribute, value, reason });
    this.conflict = conflict;
  }
}

function parametersOf(
  { owners, deleted, isRestoring = false }: Conflict,
  { actor, integration }: Pick<Origin, 'integration' | 'actor'>,
): ParametersOf<'valuesTaken'> {
  const rows = owners.flatMap(({ collisions, id, name, state }) =>
    collisions.map((one) => ({ ...one, id, owner: name, state })),
  );
  const until = deleted && new Date(deleted.deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS);
  return {
    kind: owners[0].type,
    names: rows.map(({ name }) => name),
    values: rows.map(({ value }) => value),
    owners: rows.map(({ owner }) => owner),
    ownerIds: rows.map(({ id }) => id),
    ownerStates: rows.map(({ state }) => state),
    integration: integration?.name,
    isByUser: actor.type === 'user',
    isRestoring,
    deleted: deleted?.name,
    deletedId: deleted?.id,
    restorableUntil: until?.toISOString().split('T')[0],
  };
}

export function ownerStateOf(user: Pick<StoredUser, 'state' | 'passwordExpired'>): OwnerState {
  if (user.state === 'SUSPENDED') return 'suspended';
  if (user.state === 'STAGED') return 'staged';
  return user.passwordExpired ? 'passwordExpired' : 'active';
}
