import { chunks } from '#database/database.ts';
import type { ObjectMapping } from '../application/object-mapping.ts';
import { TARGET_SYSTEM, type ModifiedProperty } from '../logs/provisioning-entry.ts';
import { memberIdsOf } from '../source/source-member-store.ts';
import type { JobRun } from './job-run.ts';
import { findLinks, type Link } from './link-store.ts';
import {
  deleteLinkedMembers,
  findLinkedMembers,
  insertLinkedMembers,
  type LinkedMember,
} from './linked-member-store.ts';
import { invalidAnchor } from './provisioning-failure.ts';
import { runReported, type Provisioned } from './run-reported.ts';
import type { Report } from './report.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** The maximum number of members that a log entry lists. */
const MEMBERS_NAMED_MAX = 100;

/** Returns the target attribute that group members are mapped to; undefined if members are not mapped. */
export function membersTarget(mapping: ObjectMapping): string | undefined {
  return mapping.attributes.find(({ type, multivalued }) => type === 'Reference' && multivalued)?.target;
}

/** The changes to export for the members of a group. */
export interface MemberChanges {
  readonly add: readonly LinkedMember[];
  readonly remove: readonly LinkedMember[];
  /** The source ids of exported members that are no longer members in the target, because they were deleted there. */
  readonly forget: readonly string[];
}

/**
 * Compares the members in the source with the members that were exported. Ignores members that are not provisioned themselves, and does
 * not expand nested groups (§3.3). If `only` is given, ignores all members except those with these source ids.
 */
export async function findMemberChanges(run: JobRun, group: Link, only?: ReadonlySet<string>): Promise<MemberChanges> {
  const { database } = run.deps;
  const members = await memberIdsOf(database, group.sourceId);
  const exported = await findLinkedMembers(database, run.job.id, group.sourceId);
  const present = members.flatMap(({ id, type, deleted }) => (type === 'User' && !deleted ? [id] : []));
  const links = await findLinks(database, run.job.id, [...new Set([...present, ...exported.keys()])]);
  const wanted = new Map(
    present.flatMap((id) => {
      const link = links.get(id);
      return link?.inScope === true ? [[id, link.targetId] as const] : [];
    }),
  );
  const concerns = (id: string) => only === undefined || only.has(id);
  const differs = (id: string, targetMemberId: string) => exported.get(id) !== targetMemberId;
  const add = [...wanted].filter(([id, targetId]) => concerns(id) && differs(id, targetId));
  const obsolete = [...exported].filter(([id]) => concerns(id) && !wanted.has(id));
  return {
    add: add.map(toMember),
    remove: obsolete.filter(([id]) => links.has(id)).map(toMember),
    forget: obsolete.filter(([id]) => !links.has(id)).map(([id]) => id),
  };
}

function toMember([memberId, targetMemberId]: readonly [string, string]): LinkedMember {
  return { memberId, targetMemberId };
}

/** True if nothing has to be sent. */
export function isEmpty({ add, remove }: MemberChanges): boolean {
  return add.length + remove.length === 0;
}

/** Forgets the members that were deleted in the target. Nothing is sent for them, so that nothing is logged. */
export async function forgetMembers(run: JobRun, { sourceId }: Link, { forget }: MemberChanges): Promise<void> {
  if (forget.length === 0) return;
  await deleteLinkedMembers(run.deps.database, { jobId: run.job.id, groupId: sourceId }, forget);
}

/** Exports the members of a linked group in sequential PATCH requests, and saves the result of each request before the next one. */
export async function exportMembers(
  run: JobRun,
  mapping: ObjectMapping,
  group: Link,
  changes: MemberChanges,
): Promise<Provisioned> {
  const { sourceId, targetId, displayName: name } = group;
  return await runReported(run, {
    subject: { type: 'Group', sourceId, name, targetObject: mapping.targetObject },
    targetId,
    stage: 'reference',
    failureReport: {
      action: 'update',
      stepName: 'EntryExportUpdate',
      stepType: 'referenceResolution',
      description: standInTexts.steps.membersFailed(name, TARGET_SYSTEM),
    },
    run: async (report) => {
      report.modified(namedMembers(changes));
      await send(run, group, report, { op: 'remove', members: changes.remove });
      await send(run, group, report, { op: 'add', members: changes.add });
      report.step({
        name: 'EntryExportUpdate',
        type: 'referenceResolution',
        status: 'success',
        description: standInTexts.steps.membersUpdated(
          name,
          TARGET_SYSTEM,
          String(changes.add.length),
          String(changes.remove.length),
        ),
        details: { ReportableIdentifier: name },
      });
      return {
        outcome: { action: 'update', status: 'success' },
        isRepeatable: false,
        // The result of each request is saved before the next one is sent.
        remember: () => Promise.resolve(),
      };
    },
  });
}

interface Batch {
  readonly op: 'add' | 'remove';
  readonly members: readonly LinkedMember[];
}

async function send(run: JobRun, group: Link, report: Report, { op, members }: Batch): Promise<void> {
  const { database } = run.deps;
  const place = { jobId: run.job.id, organizationId: run.job.organizationId, groupId: group.sourceId };
  for (const some of chunks(members, run.application.settings.membersPerPatch)) {
    const change = { op, memberIds: some.map(({ targetMemberId }) => targetMemberId) } as const;
    const options = { withoutFlag: run.onDemand };
    if (!(await run.target.changeMembers(group.targetId, change, options, report.record))) {
      throw invalidAnchor('Group', group.targetId);
    }
    if (op === 'add') await insertLinkedMembers(database, place, some);
    else {
      await deleteLinkedMembers(
        database,
        place,
        some.map(({ memberId }) => memberId),
      );
    }
  }
}

function namedMembers({ add, remove }: MemberChanges): readonly ModifiedProperty[] {
  const named = [
    ...add.map(({ targetMemberId }) => ({ displayName: 'members', oldValue: null, newValue: targetMemberId })),
    ...remove.map(({ targetMemberId }) => ({ displayName: 'members', oldValue: targetMemberId, newValue: null })),
  ];
  return named.slice(0, MEMBERS_NAMED_MAX);
}
