import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, type ErrorContext } from '#base/errors.ts';
import { collidingAttributes, type CollidingName, type OwnerState } from '#base/reasons/conflict-reasons.ts';
import type { ParametersOf } from '#base/reasons/reasons.ts';
import { reasonOf } from '#base/reasons/refusal.ts';
import { RESTORABLE_DAYS, type StoredUser } from './stored.ts';

export interface Collision {
  readonly name: CollidingName;
  /** The value as it was sent. */
  readonly value: string;
}

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

/** A 409 with everything that collides, the userName first. The reason `valuesTaken` renders it for each reader. */
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
