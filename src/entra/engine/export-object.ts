import { HARD_DELETES } from '../application/job.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Export } from './export-context.ts';
import { reportScope, skip, type Exported } from './export-report.ts';
import { create, keptLink, newLink, readTarget, remove, update } from './export-writes.ts';
import { findLinkWith, type Link } from './link-store.ts';
import { findMatch, matchesOf } from './match-object.ts';
import { ProvisioningFailure } from './provisioning-failure.ts';

/**
 * Decides what an object needs, and does it (§3.2, §3.4). Throws TargetError and ProvisioningFailure; then the job has to
 * remember only the failure.
 */
export async function exportObject(work: Export, link: Link | undefined): Promise<Exported> {
  if (work.candidate.object === undefined) return await exportPurged(work, link);
  return link === undefined ? await exportUnlinked(work) : await exportLinked(work, link);
}

/** Removed from the source for good. */
async function exportPurged(work: Export, link: Link | undefined): Promise<Exported> {
  if (link === undefined) return skip(work, 'NotEffectivelyEntitled', 'keep');
  if (!link.inScope) return skip(work, 'NotInScopeBefore', 'remove');
  if (!work.mapping.actions.delete) return skip(work, 'DeleteNotEnabled', 'remove');
  if (work.run.job.settings[HARD_DELETES] === 'False') return skip(work, 'HardDeletesNotEnabled', 'remove');
  return await remove(work, link);
}

/** An object that the job has not provisioned yet: it is matched, or created. */
async function exportUnlinked(work: Export): Promise<Exported> {
  const { report, candidate } = work;
  const matches = matchesOf(work);
  // This is decided before the scope (§3.5).
  if (matches.length === 0) return skip(work, 'ImportSkipped', 'keep');
  reportScope(report, candidate);
  if (candidate.scope.isSoftDeleted) return skip(work, 'NotEffectivelyEntitled', 'keep');
  const matched = await findMatch(work, matches);
  if (matched === undefined) return await create(work);
  const holder = await findHolder(work, matched);
  const updated = await update(work, newLink(work, matched.id, holder), matched, { isLeaving: false });
  return { ...updated, takenFrom: holder?.sourceId };
}

/** An object that the job has provisioned before: it is updated, disabled, or leaves the scope. */
async function exportLinked(work: Export, link: Link): Promise<Exported> {
  const { report, candidate, mapping } = work;
  reportScope(report, candidate);
  if (!candidate.scope.isSoftDeleted) {
    return await update(work, link, await readTarget(work, link), { isLeaving: false });
  }
  if (!mapping.softDeletes) return await leave(work, link);
  if (isKept(work)) return skip(work, 'OutOfScopeDeletionSkipped', keptLink(work, link));
  return await update(work, link, await readTarget(work, link), { isLeaving: true });
}

/** Whether an object that only left the scope stays in the target as it is (SkipOutOfScopeDeletions). */
function isKept({ run, candidate }: Export): boolean {
  return candidate.scope.isActive && run.application.settings.skipOutOfScopeDeletions;
}

/** Leaves the scope of a target that cannot disable it: a group is deleted, a user without a mapping is left as it is. */
async function leave(work: Export, link: Link): Promise<Exported> {
  const { mapping, candidate } = work;
  const gone = { ...link, inScope: false };
  if (candidate.type === 'User') return skip(work, 'NoSoftDelete', gone);
  if (isKept(work)) return skip(work, 'OutOfScopeDeletionSkipped', gone);
  if (!mapping.actions.delete) return skip(work, 'DeleteNotEnabled', gone);
  return await remove(work, link);
}

/** The link of a deleted object with what was matched. Throws ProvisioningFailure if the linked object is not deleted. */
async function findHolder({ run, candidate: { type } }: Export, matched: TargetObject): Promise<Link | undefined> {
  const { database } = run.deps;
  const holder = await findLinkWith(database, run.job.id, { type, id: matched.id });
  if (holder === undefined) return undefined;
  const find = type === 'User' ? findSourceUser : findSourceGroup;
  const object = await find(database, run.tenant.id, holder.sourceId);
  if (object === undefined || object.deletedAt !== null) return holder;
  throw new ProvisioningFailure(
    'DuplicateSourceEntries',
    `The ${type} of the target that matches (${matched.id}) is provisioned from another one of the source, '${holder.displayName}' (${holder.sourceId}), already.`,
  );
}
