import type { Database } from '#database/database.ts';
import { listAssignments } from '../application/assignment-store.ts';
import { listChanges } from '../source/change-store.ts';
import { groupIdsOf, memberIdsOf } from '../source/source-member-store.ts';
import { reportIdsOf } from '../source/source-user-store.ts';
import type { ObjectType, SourceChange } from '../source/source-object.ts';
import { dueEscrows } from './escrow-store.ts';
import type { JobRun } from './job-run.ts';
import { linkedSince } from './link-store.ts';
import { groupsLinkedWith } from './linked-member-store.ts';

/** Changes that are read at a time. */
const CHANGES_PER_PAGE = 1_000;

/** What an incremental cycle looks at. */
export interface ChangedObjects {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Groups whose members came or went. */
  readonly memberships: ReadonlySet<string>;
  /** Names of the attributes that changed, by the user. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads the change log: whom changes, assignments and memberships of assigned groups concern, and what waits for another attempt. */
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
    await note(run, { found, memberships, assigning }, change);
  }
  // Only now, since a group may have been assigned, or not any more, after somebody came or went.
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

interface Notes {
  readonly found: Found;
  /** Who came into groups, or left them. */
  readonly memberships: Membership[];
  /** Groups that assign their members, or did since the last cycle. */
  readonly assigning: Set<string>;
}

async function note(run: JobRun, { found, memberships, assigning }: Notes, change: SourceChange): Promise<void> {
  const { objectId, objectType, kind, detailId } = change;
  if (objectType === 'Assignment') {
    if (detailId !== run.application.id) return;
    assigning.add(objectId);
    await noteAssignment(run, found, objectId);
  } else if (objectType === 'User') {
    found.users.add(objectId);
    const fields = found.fields.get(objectId) ?? new Set<string>();
    for (const field of change.fields) fields.add(field);
    // It is computed, and changes with these.
    if (kind !== 'update' || fields.has('accountEnabled')) fields.add('IsSoftDeleted');
    found.fields.set(objectId, fields);
  } else if (kind === 'member') {
    found.memberships.add(objectId);
    // Who comes into an assigned group is assigned by it, and who leaves it no longer.
    if (detailId !== null) memberships.push({ groupId: objectId, memberId: detailId });
  } else {
    // Of a group that is removed the last changes name its members, and say that it is assigned no longer.
    found.groups.add(objectId);
  }
}

/** An assignment says nothing of what its principal is: whatever it is, is looked at. */
async function noteAssignment(run: JobRun, found: Found, principalId: string): Promise<void> {
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
 * Users whose manager may have to be exported: they changed, their manager was linked since, or it failed before. `since` is when
 * the last cycle began: what was provisioned on demand after that is in no change.
 */
export async function managersToExport(
  run: JobRun,
  changed: ChangedObjects,
  since: Date,
): Promise<ReadonlySet<string>> {
  const { database, clock } = run.deps;
  const linked = await linkedSince(database, run.job.id, 'User', since);
  const reports = new Set([...changed.users, ...linked]);
  for (const id of linked) for (const report of await reportIdsOf(database, id)) reports.add(report);
  for (const escrow of await dueEscrows(database, run.job.id, clock.now())) {
    if (escrow.stage === 'reference' && escrow.type === 'User') reports.add(escrow.sourceId);
  }
  return reports;
}

/** Groups whose members may have to be exported. */
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
