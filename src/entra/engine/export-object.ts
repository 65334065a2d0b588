import { HARD_DELETES } from '../application/job.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Export } from './export-context.ts';
import { reportScope, skip, type Exported } from './export-report.ts';
import { create, keptLink, newLink, readTarget, remove, update } from './export-writes.ts';
import { findLinkWith, type Link } from './link-store.ts';
import { findMatch, matchesOf, matching } from './match-object.ts';
import { ProvisioningFailure } from './provisioning-failure.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/**
 * Creates, updates, disables, deletes or skips an object in the target, as its link and its scope require (§3.2, §3.4). Throws TargetError
 * and ProvisioningFailure. After an error, the caller has to save only the failure.
 */
export async function exportObject(work: Export, link: Link | undefined): Promise<Exported> {
  if (work.candidate.object === undefined) return await exportPurged(work, link);
  return link === undefined ? await exportUnlinked(work) : await exportLinked(work, link);
}

/** Exports an object that was permanently deleted from the source. */
async function exportPurged(work: Export, link: Link | undefined): Promise<Exported> {
  if (link === undefined) return skip(work, 'NotEffectivelyEntitled', 'keep');
  if (!link.inScope) return skip(work, 'NotInScopeBefore', 'remove');
  if (!work.mapping.actions.delete) return skip(work, 'DeleteNotEnabled', 'remove');
  if (work.run.job.settings[HARD_DELETES] === 'False') return skip(work, 'HardDeletesNotEnabled', 'remove');
  return await remove(work, link);
}

/** Matches or creates an object that the job has not provisioned yet. */
async function exportUnlinked(work: Export): Promise<Exported> {
  const { report, candidate } = work;
  const matches = await matching(work, () => matchesOf(work));
  // Entra ID evaluates the matching attributes before the scope (§3.5).
  if (matches.length === 0) return skip(work, 'ImportSkipped', 'keep');
  reportScope(report, candidate);
  if (candidate.scope.isSoftDeleted) return skip(work, 'NotEffectivelyEntitled', 'keep');
  const matched = await matching(work, async () => await findMatch(work, matches));
  if (matched === undefined) return await create(work);
  const holder = await matching(work, async () => await findHolder(work, matched));
  const updated = await update(work, newLink(work, matched.id, holder), matched, { isLeaving: false });
  return { ...updated, takenFrom: holder?.sourceId };
}

/** Updates an object that the job has provisioned before, or disables or deletes it if it left the scope. */
async function exportLinked(work: Export, link: Link): Promise<Exported> {
  const { report, candidate, mapping } = work;
  reportScope(report, candidate);
  if (!candidate.scope.isSoftDeleted) {
    return await update(work, link, await readTarget(work, link), { isLeaving: false });
  }
  if (!mapping.softDeletes) return await leaveScope(work, link);
  if (isKept(work)) return skip(work, 'OutOfScopeDeletionSkipped', keptLink(work, link));
  return await update(work, link, await readTarget(work, link), { isLeaving: true });
}

/** True if an object that left the scope, but is still active in the source, stays unchanged in the target (SkipOutOfScopeDeletions). */
function isKept({ run, candidate }: Export): boolean {
  return candidate.scope.isActive && run.application.settings.skipOutOfScopeDeletions;
}

/** Handles an object that left the scope and cannot be disabled in the target: deletes a group, and leaves a user unchanged. */
async function leaveScope(work: Export, link: Link): Promise<Exported> {
  const { mapping, candidate } = work;
  const outOfScope = { ...link, inScope: false };
  if (candidate.type === 'User') return skip(work, 'NoSoftDelete', outOfScope);
  if (isKept(work)) return skip(work, 'OutOfScopeDeletionSkipped', outOfScope);
  if (!mapping.actions.delete) return skip(work, 'DeleteNotEnabled', outOfScope);
  return await remove(work, link);
}

/**
 * Returns the link of a deleted source object to the matched target object; undefined if the matched object is not linked. Throws
 * ProvisioningFailure if the matched object is linked to a source object that is not deleted.
 */
async function findHolder({ run, candidate: { type } }: Export, matched: TargetObject): Promise<Link | undefined> {
  const { database } = run.deps;
  const holder = await findLinkWith(database, run.job.id, { type, id: matched.id });
  if (holder === undefined) return undefined;
  const find = type === 'User' ? findSourceUser : findSourceGroup;
  const object = await find(database, run.tenant.id, holder.sourceId);
  if (object === undefined || object.deletedAt !== null) return holder;
  throw new ProvisioningFailure(
    'DuplicateSourceEntries',
    standInTexts.failures.alreadyProvisioned(type, matched.id, holder.displayName, holder.sourceId),
  );
}
