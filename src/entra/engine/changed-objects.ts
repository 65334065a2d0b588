import type { Database } from '#database/database.ts';
import { listAssignments } from '../application/assignment-store.ts';
import { listChanges } from '../source/change-store.ts';
import { groupIdsOf, memberIdsOf } from '../source/source-member-store.ts';
import { directReportIdsOf } from '../source/source-user-store.ts';
import type { ObjectType, SourceChange } from '../source/source-object.ts';
import { dueEscrows } from './escrow-store.ts';
import type { JobRun } from './job-run.ts';
import { linkedSince } from './link-store.ts';
import { groupsLinkedWith } from './linked-member-store.ts';

/** Maximum number of changes that one query reads. */
const CHANGES_PER_PAGE = 1_000;

/** The source objects that an incremental cycle evaluates. */
export interface ChangedObjects {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Groups to which members were added, or from which members were removed. */
  readonly memberships: ReadonlySet<string>;
  /** The names of the changed attributes, by user id. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Returns the objects that the changes in `range` affect: changed objects, assigned or unassigned objects, and members of groups that were
 * assigned, unassigned or changed. Also returns the objects whose failed export is due for another attempt.
 */
export async function findChangedObjects(
  run: JobRun,
  range: { readonly from: number; readonly until: number },
): Promise<ChangedObjects> {
  const { database, clock } = run.deps;
  const found = {
    users: new Set<string>(),
    groups: new Set<string>(),
    memberships: new Set<string>(),
    fields: new Map<string, Set<string>>(),
  };
  const memberships: Membership[] = [];
  const assigning = await assignedGroups(run);
  for await (const change of changesOf(database, run.tenant.id, range)) {
    await recordChange(run, { found, memberships, assigning }, change);
  }
  // Memberships are evaluated after all changes are read, because a later change may assign or unassign the group.
  for (const { groupId, memberId } of memberships) if (assigning.has(groupId)) found.users.add(memberId);
  for (const escrow of await dueEscrows(database, run.job.id, clock.now())) {
    if (escrow.stage === 'object') (escrow.type === 'User' ? found.users : found.groups).add(escrow.sourceId);
    else if (escrow.type === 'Group') found.memberships.add(escrow.sourceId);
  }
  return found;
}

interface Membership {
  readonly groupId: string;
  readonly memberId: string;
}

async function assignedGroups(run: JobRun): Promise<Set<string>> {
  const assignments = await listAssignments(run.deps.database, run.application.id);
  return new Set(assignments.flatMap((one) => (one.principalType === 'Group' ? [one.principalId] : [])));
}

async function* changesOf(
  database: Database,
  tenantId: string,
  { from, until }: { readonly from: number; readonly until: number },
): AsyncGenerator<SourceChange> {
  let after = from;
  while (after < until) {
    const changes = await listChanges(database, tenantId, { after, limit: CHANGES_PER_PAGE });
    for (const change of changes) if (change.number <= until) yield change;
    const last = changes.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

type Found = { readonly [Name in 'users' | 'groups' | 'memberships']: Set<string> } & {
  readonly fields: Map<string, Set<string>>;
};

interface ChangeScan {
  readonly found: Found;
  /** The memberships that were added or removed. */
  readonly memberships: Membership[];
  /** The groups that are assigned to the application, or were assigned at any time since the last cycle. */
  readonly assigning: Set<string>;
}

async function recordChange(
  run: JobRun,
  { found, memberships, assigning }: ChangeScan,
  change: SourceChange,
): Promise<void> {
  const { objectId, objectType, kind, detailId } = change;
  if (objectType === 'Assignment') {
    if (detailId !== run.application.id) return;
    assigning.add(objectId);
    await recordAssignment(run, found, objectId);
  } else if (objectType === 'User') {
    found.users.add(objectId);
    const fields = found.fields.get(objectId) ?? new Set<string>();
    for (const field of change.fields) fields.add(field);
    // IsSoftDeleted is computed from the state of the user, so a change to the state may also change IsSoftDeleted.
    if (kind !== 'update' || fields.has('accountEnabled')) fields.add('IsSoftDeleted');
    found.fields.set(objectId, fields);
  } else if (kind === 'member') {
    found.memberships.add(objectId);
    // A user who joins an assigned group becomes assigned; a user who leaves the group becomes unassigned.
    if (detailId !== null) memberships.push({ groupId: objectId, memberId: detailId });
  } else {
    // When a group is deleted, the log also has separate changes for each of its members and for its assignment.
    found.groups.add(objectId);
  }
}

/** Records a changed assignment. The change does not say whether the principal is a user or a group, so the id is added to both. */
async function recordAssignment(run: JobRun, found: Found, principalId: string): Promise<void> {
  const members = await membersOf(run, principalId);
  found.groups.add(principalId);
  for (const id of [principalId, ...members]) {
    found.users.add(id);
    found.fields.set(id, new Set([...(found.fields.get(id) ?? []), 'IsSoftDeleted', 'appRoleAssignments']));
  }
}

async function membersOf({ deps }: JobRun, groupId: string): Promise<readonly string[]> {
  const members = await memberIdsOf(deps.database, groupId);
  return members.flatMap(({ id, type }) => (type === 'User' ? [id] : []));
}

/**
 * Returns the users whose manager may have to be exported: users that changed, users whose manager was linked after `since`, and users
 * whose manager could not be exported. `since` is the start of the last cycle. Links that Provision on demand has created since then are
 * not in the change log.
 */
export async function managersToExport(
  run: JobRun,
  changed: ChangedObjects,
  since: Date,
): Promise<ReadonlySet<string>> {
  const { database, clock } = run.deps;
  const linked = await linkedSince(database, run.job.id, 'User', since);
  const reports = new Set([...changed.users, ...linked]);
  for (const id of linked) for (const report of await directReportIdsOf(database, id)) reports.add(report);
  for (const escrow of await dueEscrows(database, run.job.id, clock.now())) {
    if (escrow.stage === 'reference' && escrow.type === 'User') reports.add(escrow.sourceId);
  }
  return reports;
}

/**
 * Returns the groups whose members may have to be exported: groups that changed or were linked after `since`, and the groups of users that
 * changed or were linked after `since`.
 */
export async function membershipsToExport(
  run: JobRun,
  changed: ChangedObjects,
  since: Date,
): Promise<ReadonlySet<string>> {
  const { database } = run.deps;
  const linked = await Promise.all(
    (['User', 'Group'] as const).map((type: ObjectType) => linkedSince(database, run.job.id, type, since)),
  );
  const groups = new Set([...changed.memberships, ...changed.groups, ...(linked[1] ?? [])]);
  const users = [...new Set([...changed.users, ...(linked[0] ?? [])])];
  for (const ids of (await groupIdsOf(database, users)).values()) for (const id of ids) groups.add(id);
  for (const id of await groupsLinkedWith(database, run.job.id, users)) groups.add(id);
  return groups;
}
