import { DAY_MS } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import type { Origin } from '#audit/event-types.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { readText } from './attribute-contract.ts';
import { ConflictError, ownerStateOf, type Collision, type Conflict, type ConflictOwner } from './conflict-error.ts';
import { findGroupsByName } from './group-store.ts';
import { RESTORABLE_DAYS, type DirectoryDeps, type StoredUser } from './stored.ts';
import { findDeletedUser, findUsersByColumn, type NamingColumn } from './user-store.ts';
import type { Uniqueness } from './user-values.ts';

const EMPLOYEE_NUMBER_PATH = [ENTERPRISE_USER_SCHEMA, 'employeeNumber'] as const;

/** The sender of a write: an integration, or a caller that uses the directory without an integration. */
type Sender = Pick<Origin, 'organizationId' | 'integration' | 'actor'>;

type Named = { readonly document: JsonObject } & Pick<StoredUser, 'username' | 'email'>;

/** A user with the values that a write sets. */
export interface RequestedUser extends Named {
  readonly id: string;
  readonly uniqueness: Uniqueness;
  /** The stored user, if there is one. Values that stay the same do not collide. */
  readonly before?: Named | undefined;
  /** True if the write restores a deleted user. */
  readonly isRestored?: boolean | undefined;
}

/**
 * Runs a write. If the write violates a unique index of users, throws a ConflictError (409) that lists all colliding values and the
 * users who have them. The owners are looked up only after the write has failed, so that successful writes, which are nearly all
 * writes, do not pay for the lookup. If the conflict no longer exists by then, runs the write a second time.
 *
 * @param wanted Returns the user that the write tries to store; undefined if the write did not get that far.
 */
export async function explainUserConflict<Result>(
  deps: DirectoryDeps,
  sender: Sender,
  wanted: () => RequestedUser | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  return await explainConflict(deps, sender, 'users', write, async (inside) => {
    const user = wanted();
    return user && (await findUserConflict(inside, sender.organizationId, user));
  });
}

async function explainConflict<Result>(
  deps: DirectoryDeps,
  sender: Sender,
  table: 'users' | 'groups',
  write: () => Promise<Result>,
  find: (deps: DirectoryDeps) => Promise<Conflict | undefined>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (violatedColumns(error)?.some((name) => name.startsWith(`${table}.`)) !== true) throw error;
      // Reads in a transaction, which also sees data that earlier transactions wrote and that is not on the disk yet.
      const conflict = await inTransaction(deps.database, (database) => find({ ...deps, database }));
      if (conflict !== undefined) {
        throw new ConflictError(conflict, sender, { cause: error });
      }
      // The other user or group no longer has the values, so a second attempt can succeed.
      if (attempt > 1) throw error;
    }
  }
}

/** Finds all colliding values, grouped by the user who has them. */
async function findUserConflict(
  deps: DirectoryDeps,
  organizationId: string,
  user: RequestedUser,
): Promise<Conflict | undefined> {
  const found = new Map<string, ConflictOwner>();
  for (const { name, column, value } of valuesOf(user)) {
    for (const other of await findUsersByColumn(deps.database, organizationId, column, fold(value))) {
      const { id, userName } = other;
      const known = found.get(id);
      // The username usually follows from the userName. Its collision is not listed for a user that already has another collision.
      if (id === user.id || (name === 'username' && known !== undefined)) continue;
      const collisions: readonly Collision[] = [...(known?.collisions ?? []), { name, value }];
      found.set(id, { type: 'user', id, name: userName, state: ownerStateOf(other), collisions });
    }
  }
  const [first, ...others] = found.values();
  if (first === undefined) return undefined;
  const isRestoring = user.isRestored === true;
  const deleted = isRestoring ? undefined : await findDeletedNamesake(deps, organizationId, user, first);
  return { owners: [first, ...others], deleted, isRestoring };
}

interface UniqueValue {
  readonly name: Collision['name'];
  readonly column: NamingColumn;
  readonly value: string;
}

/** Returns the values that must be unique and that the write changes, the userName first. */
function valuesOf(user: RequestedUser): readonly UniqueValue[] {
  const { uniqueness, before } = user;
  const candidates = [
    { name: 'userName', column: 'user_name_key', isUnique: true, read: userNameOf },
    { name: 'username', column: 'username_key', isUnique: true, read: ({ username }: Named) => username },
    { name: 'email', column: 'email_key', isUnique: uniqueness.email, read: ({ email }: Named) => email },
    {
      name: 'employeeNumber',
      column: 'employee_number_key',
      isUnique: uniqueness.employeeNumber,
      read: ({ document }: Named) => readText(document, EMPLOYEE_NUMBER_PATH),
    },
  ] as const;
  return candidates.flatMap(({ name, column, isUnique, read }) => {
    const value = read(user) ?? '';
    const isNew = before === undefined || fold(read(before) ?? '') !== fold(value);
    return isUnique && isNew && value !== '' ? [{ name, column, value }] : [];
  });
}

function userNameOf({ document }: Named): string | undefined {
  return readText(document, ['userName']);
}

/**
 * Finds a restorable deleted user with the userName of a new user. Returns undefined for a change to an existing user, and if an active
 * user has the userName.
 */
async function findDeletedNamesake(
  deps: DirectoryDeps,
  organizationId: string,
  user: RequestedUser,
  { collisions }: ConflictOwner,
): Promise<Conflict['deleted']> {
  const userName = userNameOf(user) ?? '';
  if (user.before !== undefined || collisions[0]?.name === 'userName') return undefined;
  const since = new Date(deps.clock.now().getTime() - RESTORABLE_DAYS * DAY_MS);
  const found = await findDeletedUser(deps.database, organizationId, userName, since);
  if (found === undefined || found.deletedAt === null || fold(found.userName) !== fold(userName)) return undefined;
  return { id: found.id, name: found.userName, deletedAt: found.deletedAt };
}

/** Like `explainUserConflict`, but for a group. Only the displayName of a group can collide. */
export async function explainGroupConflict<Result>(
  deps: DirectoryDeps,
  sender: Sender,
  wantedName: () => string | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  return await explainConflict(deps, sender, 'groups', write, async ({ database }) => {
    const value = wantedName();
    if (value === undefined) return undefined;
    const groups = await findGroupsByName(database, sender.organizationId, value);
    const [first, ...others] = groups.map(({ id, displayName }): ConflictOwner => {
      return { type: 'group', id, name: displayName, state: 'active', collisions: [{ name: 'displayName', value }] };
    });
    return first && { owners: [first, ...others] };
  });
}
