import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { chunks } from '#database/database.ts';
import { StandInError, type Say } from '../../texts/refusals/stand-in-error.ts';
import type { TenantChange } from '../change-tenant.ts';
import { findSourceGroups } from '../source-group-store.ts';
import { checkGroup, newGroup, changedGroup, changedGroupNames } from '../source-groups.ts';
import type { SourceMember } from '../source-member-store.ts';
import type { SourceGroup, SourceUser } from '../source-object.ts';
import { findSourceUsers, findSourceUsersByUpn, findExistingIds } from '../source-user-store.ts';
import { changedNames, changedUser, newUser, upnOf, upnTaken } from '../source-users.ts';
import { checkValues, isGuid, type CheckedValues } from '../source-values.ts';
import type { ImportRow } from './import-row.ts';

/** The user that a row creates or updates. `before` is the existing user; undefined if the row creates the user. */
export interface PlannedUser {
  readonly row: ImportRow;
  readonly before: SourceUser | undefined;
  readonly user: SourceUser;
}

export interface PlannedGroup {
  readonly row: ImportRow;
  readonly before: SourceGroup | undefined;
  readonly group: SourceGroup;
  readonly members: readonly SourceMember[];
}

export interface ImportPlan {
  readonly users: readonly PlannedUser[];
  readonly groups: readonly PlannedGroup[];
  /** The error messages. Each begins with the location of its row. */
  readonly errors: readonly Say[];
}

type Checked = readonly { readonly row: ImportRow; readonly checked: CheckedValues }[];

/** Checks all rows and computes the users and groups to write, without writing anything. */
export async function planImport(change: TenantChange, rows: readonly ImportRow[]): Promise<ImportPlan> {
  const errors: Say[] = [];
  const attempt = <Result>(row: ImportRow, work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push((texts) => texts.files.inRow(row.where(texts), texts.ofError(error)));
      return undefined;
    }
  };
  const check = (type: ImportRow['type'], work: (row: ImportRow) => CheckedValues): Checked =>
    rows.flatMap((row) => {
      const checked = row.type === type ? attempt(row, () => work(row)) : undefined;
      return checked === undefined ? [] : [{ row, checked }];
    });
  const userRows = check('User', (row) => checkValues('User', row.values));
  const groupRows = check('Group', (row) => checkGroup(row.values));
  const known = await KnownObjects.load(change, userRows, groupRows, rows);

  const users = userRows.flatMap(({ row, checked }): PlannedUser[] => {
    const planned = attempt(row, () => {
      const before = known.userOf(checked);
      refuseDeleted(before);
      const user = before === undefined ? newUser(change, checked) : changedUser(change, before, checked);
      const placed = before === undefined ? { ...user, deletedAt: row.deletedAt ?? null } : user;
      known.claim(placed, before);
      return { row, before, user: placed };
    });
    return planned === undefined ? [] : [planned];
  });
  const groups = groupRows.flatMap(({ row, checked }) => {
    const planned = attempt(row, () => {
      const before = known.groups.get(checked.own.objectId ?? '');
      const group = before === undefined ? newGroup(change, checked) : changedGroup(change, before, checked);
      known.claim(group, before);
      return { row, before, group };
    });
    return planned === undefined ? [] : [planned];
  });
  return {
    users: users.map((planned) => attempt(planned.row, () => withManager(planned, known)) ?? planned),
    groups: groups.map((planned) => ({
      ...planned,
      members: attempt(planned.row, () => membersOf(planned.row, planned.group, known)) ?? [],
    })),
    errors,
  };
}

function refuseDeleted(user: SourceUser | undefined): void {
  if (user?.deletedAt == null) return;
  throw new StandInError('conflict', ({ files }) => files.isDeleted(upnOf(user), user.id));
}

function withManager(planned: PlannedUser, known: KnownObjects): PlannedUser {
  const { manager } = planned.row;
  if (manager === undefined) return planned;
  const managerId = manager === null ? null : known.resolve(manager, 'User')?.id;
  if (managerId === undefined) {
    throw new StandInError('invalidValue', ({ files }) => files.managerUnknown(quote(manager)));
  }
  if (managerId === planned.user.id) throw new StandInError('invalidValue', ({ files }) => files.ownManager);
  return { ...planned, user: { ...planned.user, managerId } };
}

function membersOf({ members = [] }: ImportRow, group: SourceGroup, known: KnownObjects): readonly SourceMember[] {
  // Members in the file are ignored for a dynamic group, because its rule determines the members.
  if (group.membershipRule !== null) return [];
  return members.map((reference) => {
    const found = known.resolve(reference);
    if (found === undefined || found.id === group.id) {
      throw new StandInError('invalidValue', ({ files }) => files.memberUnknown(quote(reference)));
    }
    return found;
  });
}

/** Returns the names of the attributes that a row changes; undefined if the row changes none, or creates the user. */
export function fieldsOf({ before, user }: PlannedUser): readonly string[] | undefined {
  const names = before === undefined ? [] : changedNames(before, user);
  return names.length === 0 ? undefined : names;
}

export function groupFieldsOf({ before, group }: PlannedGroup): readonly string[] | undefined {
  const names = before === undefined ? [] : changedGroupNames(before, group);
  return names.length === 0 ? undefined : names;
}

/** Maximum number of objects that one statement looks up. */
const LOOKUP_BATCH_MAX = 1_000;

/** The users and groups in the tenant that the file refers to, and the users and groups in the file. */
class KnownObjects {
  readonly groups = new Map<string, SourceGroup>();
  readonly #users = new Map<string, SourceUser>();
  readonly #byUpn = new Map<string, SourceUser>();
  /** The objectIds in the file that a user or group in any tenant already has. */
  readonly #existingIds = new Set<string>();
  readonly #inFile = new Map<string, SourceMember>();
  readonly #inFileByUpn = new Map<string, SourceMember>();

  static async load(
    { transaction, tenant }: TenantChange,
    userRows: Checked,
    groupRows: Checked,
    rows: readonly ImportRow[],
  ): Promise<KnownObjects> {
    const known = new KnownObjects();
    const references = rows.flatMap(({ manager, members = [] }) => [...(manager == null ? [] : [manager]), ...members]);
    const own = [...userRows, ...groupRows].flatMap(({ checked }) => checked.own.objectId ?? []);
    const ids = [...own, ...references.filter(isGuid).map((id) => id.toLowerCase())];
    for (const some of chunks([...new Set(ids)], LOOKUP_BATCH_MAX)) {
      for (const user of await findSourceUsers(transaction, tenant.id, some)) known.#users.set(user.id, user);
      for (const group of await findSourceGroups(transaction, tenant.id, some)) known.groups.set(group.id, group);
      for (const id of await findExistingIds(transaction, some)) known.#existingIds.add(id);
    }
    const upns = userRows.flatMap(({ checked }) => checked.attributes['userPrincipalName'] ?? []);
    const names = [...upns, ...references].filter((name): name is string => typeof name === 'string' && !isGuid(name));
    for (const some of chunks([...new Set(names)], LOOKUP_BATCH_MAX)) {
      for (const user of await findSourceUsersByUpn(transaction, tenant.id, some)) {
        known.#byUpn.set(fold(upnOf(user)), user);
      }
    }
    return known;
  }

  /** Finds the existing user of a row: by objectId if the row has one, else by userPrincipalName. */
  userOf({ attributes, own }: CheckedValues): SourceUser | undefined {
    if (own.objectId !== undefined) return this.#users.get(own.objectId);
    const upn = attributes['userPrincipalName'];
    return typeof upn === 'string' ? this.#byUpn.get(fold(upn)) : undefined;
  }

  /**
   * Reserves the objectId and userPrincipalName of a row. Throws `conflict` if another row or another stored object already has one of
   * them.
   */
  claim(object: SourceUser | SourceGroup, before: SourceUser | SourceGroup | undefined): void {
    if (this.#inFile.has(object.id)) throw new StandInError('conflict', ({ files }) => files.twice(object.id));
    if (before === undefined && this.#existingIds.has(object.id)) {
      throw new StandInError('conflict', ({ files }) => files.idTaken(object.id));
    }
    const member = { id: object.id, type: object.type };
    this.#inFile.set(object.id, member);
    if (object.type === 'Group' || object.deletedAt !== null) return;
    const upn = upnOf(object);
    if (this.#inFileByUpn.has(fold(upn))) throw new StandInError('conflict', ({ files }) => files.twice(quote(upn)));
    const other = this.#byUpn.get(fold(upn));
    if (other !== undefined && other.id !== object.id) throw upnTaken(upn, other);
    this.#inFileByUpn.set(fold(upn), member);
  }

  /** Finds the user or group with an objectId or a userPrincipalName, first in the file, then in the tenant. */
  resolve(reference: string, type?: 'User'): SourceMember | undefined {
    const id = reference.toLowerCase();
    const upn = fold(reference);
    const found =
      this.#inFile.get(id) ??
      this.#inFileByUpn.get(upn) ??
      this.#users.get(id) ??
      this.#byUpn.get(upn) ??
      this.groups.get(id);
    return found === undefined || (type !== undefined && found.type !== type)
      ? undefined
      : { id: found.id, type: found.type };
  }
}
