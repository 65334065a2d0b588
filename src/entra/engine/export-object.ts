import type { ObjectMapping } from '../application/object-mapping.ts';
import { HARD_DELETES } from '../application/job.ts';
import { SOURCE_SYSTEM, TARGET_SYSTEM, type ProvisioningAction } from '../logs/provisioning-entry.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import { diff } from '../wire/diff.ts';
import type { FlatChange, FlatResource } from '../wire/flat-resource.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Candidate } from './candidate.ts';
import { evaluateMappings, type Wanted } from './evaluate-mappings.ts';
import type { JobRun } from './job-run.ts';
import { findLinkWith, type Link } from './link-store.ts';
import { comparedAttributes, shownResource, targetNames, type Export } from './export-context.ts';
import { findMatch, matchesOf } from './match-object.ts';
import { invalidAnchor, ProvisioningFailure } from './provisioning-failure.ts';
import { shownValue, type Report } from './report.ts';

type KeptLink = Omit<Link, 'modifiedAt'>;

/** What was done, and what is to be remembered of it. */
export interface Exported {
  readonly outcome: {
    readonly action: ProvisioningAction;
    readonly status: 'success' | 'skipped';
    readonly skipReason?: string;
  };
  readonly link: KeptLink | 'remove' | 'keep';
  /** Whose link it was before: an object that is no longer in the source, whose name another one has now. */
  readonly takenFrom?: string | undefined;
}

/**
 * Decides what an object needs, and does it (§3.2, §3.4). Throws TargetError and ProvisioningFailure; then nothing is to
 * be remembered but the failure.
 */
export async function exportObject(
  run: JobRun,
  mapping: ObjectMapping,
  candidate: Candidate,
  link: Link | undefined,
  report: Report,
): Promise<Exported> {
  const work = { run, mapping, candidate, report };
  if (candidate.object === undefined) return await exportPurged(work, link);
  if (link === undefined) {
    const matches = matchesOf(work);
    // Before its scope matters (§3.5).
    if (matches.length === 0) return skip(work, 'ImportSkipped', 'keep');
    reportScope(report, candidate);
    if (candidate.scope.isSoftDeleted) return skip(work, 'NotEffectivelyEntitled', 'keep');
    const matched = await findMatch(work, matches);
    if (matched !== undefined) {
      const holder = await findHolder(work, matched);
      return { ...(await update(work, newLink(work, matched.id, holder), matched)), takenFrom: holder?.sourceId };
    }
    return await create(work);
  }
  reportScope(report, candidate);
  if (!candidate.scope.isSoftDeleted) return await update(work, link, await readTarget(work, link));
  return mapping.softDeletes ? await disable(work, link) : await leave(work, link);
}

function reportScope(report: Report, { type, scope }: Candidate): void {
  const shown = (value: boolean) => (value ? 'True' : 'False');
  report.step({
    name: 'EntrySynchronizationScoping',
    type: 'scoping',
    status: 'success',
    description: `Determine if ${type} in scope by evaluating against each scoping filter`,
    details: {
      IsActive: shown(scope.isActive),
      Assigned: shown(scope.assigned),
      IsEffectivelyEntitledForProvisioning: shown(scope.entitled),
      IsInProvisioningScopeDisplayName: shown(scope.inProvisioningScope),
      ScopeEvaluationResult: JSON.stringify(
        Object.fromEntries(Object.entries(scope.evaluation.clauses).map(([clause, holds]) => [clause, shown(holds)])),
      ),
    },
  });
}

const skipTexts: Readonly<Record<string, string>> = {
  NotEffectivelyEntitled: 'is not in scope: it is not assigned, a scoping filter leaves it out, or it is disabled',
  RedundantExport: 'is the same in both systems. No change needs to be made',
  ImportSkipped: 'has no value for a matching attribute',
  AddNotEnabled: 'is missing in the target, and the target object action Create is off',
  UpdateNotEnabled: 'differs, and the target object action Update is off',
  DeleteNotEnabled: 'would be deleted, and the target object action Delete is off',
  HardDeletesNotEnabled: 'was removed from the source for good, and HardDeletesEnabled keeps it in the target',
  OutOfScopeDeletionSkipped: 'left the scope, and SkipOutOfScopeDeletions keeps it in the target as it is',
  NoSoftDelete: 'left the scope, and no mapping of IsSoftDeleted says how to disable it in the target',
  NotInScopeBefore: 'was removed from the source after it had left the scope: it is not deleted in the target',
};

function skip({ candidate, report }: Export, reason: string, link: Exported['link']): Exported {
  report.step({
    name: 'EntrySynchronizationSkip',
    type: 'export',
    status: 'skipped',
    description: `The ${candidate.type} '${candidate.name}' ${skipTexts[reason] ?? ''}.`,
    details: { SkipReason: reason },
  });
  return { outcome: { action: 'other', status: 'skipped', skipReason: reason }, link };
}

/** Who is linked already with what was matched, and was deleted since. Throws ProvisioningFailure where it was not. */
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

function newLink({ run, candidate }: Export, targetId: string, holder?: Link): KeptLink {
  const { id, organizationId } = run.job;
  return {
    jobId: id,
    organizationId,
    sourceId: candidate.sourceId,
    type: candidate.type,
    targetId,
    displayName: candidate.name,
    inScope: true,
    managerTargetId: holder?.managerTargetId ?? null,
  };
}

/** Whether the source still means it to be there, apart from its being disabled or deleted for now. */
function staysInScope({ run, candidate }: Export): boolean {
  const { assigned, inProvisioningScope } = candidate.scope;
  return (assigned || run.application.settings.scope === 'all') && inProvisioningScope;
}

async function create(work: Export): Promise<Exported> {
  const { run, mapping, candidate, report } = work;
  report.step({
    name: 'EntrySynchronizationAdd',
    type: 'matching',
    status: 'success',
    description: `${candidate.type} '${candidate.name}' will be created in ${TARGET_SYSTEM} (${candidate.type} is active and assigned in ${SOURCE_SYSTEM}, but no matching ${candidate.type} was found in ${TARGET_SYSTEM})`,
    details: {},
  });
  if (!mapping.actions.add) return skip(work, 'AddNotEnabled', 'keep');
  const wanted = evaluate(work, true);
  const created = await run.target.create(candidate.type, wanted.resource, targetNames(mapping), report.record);
  report.target(created.id);
  report.modified(
    [...wanted.resource].map(([displayName, value]) => ({
      displayName,
      oldValue: null,
      newValue: wanted.redacted.has(displayName) ? '[Redact]' : shownValue(value),
    })),
  );
  reportExport(report, 'Add', `${candidate.type} '${candidate.name}' was created in ${TARGET_SYSTEM}`);
  return { outcome: { action: 'create', status: 'success' }, link: newLink(work, created.id) };
}

async function readTarget({ run, mapping, candidate, report }: Export, link: Link): Promise<TargetObject> {
  const found = await run.target.read(candidate.type, link.targetId, targetNames(mapping), report.record);
  if (found === undefined) throw invalidAnchor(candidate.type, link.targetId);
  report.step({
    name: 'EntryImport',
    type: 'matching',
    status: 'success',
    description: `Retrieved  '${candidate.name}' from ${TARGET_SYSTEM}`,
    details: shownResource(found),
  });
  return found;
}

async function update(work: Export, link: KeptLink, present: TargetObject): Promise<Exported> {
  const { mapping } = work;
  const kept = { ...link, displayName: work.candidate.name, inScope: staysInScope(work) };
  const wanted = evaluate(work, false);
  const changes = diff(comparedAttributes(mapping), wanted.resource, present.attributes);
  if (changes.length === 0) return skip(work, 'RedundantExport', kept);
  if (!mapping.actions.update) return skip(work, 'UpdateNotEnabled', kept);
  await sendChanges(work, kept, { changes, wanted, present: present.attributes });
  return { outcome: { action: 'update', status: 'success' }, link: kept };
}

/** Who left, or was disabled or deleted in the source, is disabled in the target (§3.4). */
async function disable(work: Export, link: Link): Promise<Exported> {
  const { run, mapping, candidate } = work;
  const kept = { ...link, displayName: candidate.name, inScope: staysInScope(work) };
  const leftScope = candidate.scope.isActive;
  if (leftScope && run.application.settings.skipOutOfScopeDeletions) {
    return skip(work, 'OutOfScopeDeletionSkipped', kept);
  }
  const present = await readTarget(work, link);
  const wanted = evaluate(work, false);
  const changes = diff(comparedAttributes(mapping), wanted.resource, present.attributes);
  if (changes.length === 0) return skip(work, 'RedundantExport', kept);
  if (!mapping.actions.update) return skip(work, 'UpdateNotEnabled', kept);
  const disables = changes.some(({ target, value }) => target === 'active' && value === false);
  if (disables && !run.deletes.take()) return stage(work, 'disable');
  await sendChanges(work, kept, { changes, wanted, present: present.attributes }).catch((error: unknown) => {
    if (disables) run.deletes.giveBack();
    throw error;
  });
  return { outcome: { action: disables ? 'disable' : 'update', status: 'success' }, link: kept };
}

/** Leaves the scope of a target that cannot disable it: groups are deleted, users without a mapping are left as they are. */
async function leave(work: Export, link: Link): Promise<Exported> {
  const { run, mapping, candidate } = work;
  const gone = { ...link, inScope: false };
  if (candidate.type === 'User') return skip(work, 'NoSoftDelete', gone);
  if (candidate.scope.isActive && run.application.settings.skipOutOfScopeDeletions) {
    return skip(work, 'OutOfScopeDeletionSkipped', gone);
  }
  if (!mapping.actions.delete) return skip(work, 'DeleteNotEnabled', gone);
  return await remove(work, link);
}

/** Removed from the source for good. */
async function exportPurged(work: Export, link: Link | undefined): Promise<Exported> {
  if (link === undefined) return skip(work, 'NotEffectivelyEntitled', 'keep');
  if (!link.inScope) return skip(work, 'NotInScopeBefore', 'remove');
  if (!work.mapping.actions.delete) return skip(work, 'DeleteNotEnabled', 'remove');
  if (work.run.job.settings[HARD_DELETES] === 'False') return skip(work, 'HardDeletesNotEnabled', 'remove');
  return await remove(work, link);
}

async function remove(work: Export, link: Link): Promise<Exported> {
  const { run, candidate, report } = work;
  if (!run.deletes.take()) return stage(work, 'delete');
  await run.target.remove(candidate.type, link.targetId, report.record).catch((error: unknown) => {
    run.deletes.giveBack();
    throw error;
  });
  reportExport(report, 'Delete', `${candidate.type} '${candidate.name}' was deleted in ${TARGET_SYSTEM}`);
  return { outcome: { action: 'delete', status: 'success' }, link: 'remove' };
}

function stage({ candidate, report }: Export, what: 'delete' | 'disable'): Exported {
  report.step({
    name: 'EntryExportDelete',
    type: 'export',
    status: 'skipped',
    description: `The ${what} of ${candidate.type} '${candidate.name}' waits: the threshold for accidental deletions is reached`,
    details: { SkipReason: 'StagedDelete' },
  });
  return { outcome: { action: 'stageddelete', status: 'skipped', skipReason: 'StagedDelete' }, link: 'keep' };
}

interface Sent {
  readonly changes: readonly FlatChange[];
  readonly wanted: Wanted;
  readonly present: FlatResource;
}

async function sendChanges({ run, candidate, report }: Export, link: KeptLink, sent: Sent): Promise<void> {
  const { changes, wanted, present } = sent;
  const options = { withoutFlag: run.onDemand };
  report.modified(
    changes.map(({ target, value }) => {
      const isRedacted = wanted.redacted.has(target);
      return {
        displayName: target,
        oldValue: isRedacted ? '[Redact]' : shownValue(present.get(target)),
        newValue: isRedacted ? '[Redact]' : shownValue(value),
      };
    }),
  );
  const done = await run.target.update(candidate.type, link.targetId, changes, options, report.record);
  if (!done) throw invalidAnchor(candidate.type, link.targetId);
  reportExport(report, 'Update', `${candidate.type} '${candidate.name}' was updated in ${TARGET_SYSTEM}`);
}

function reportExport(report: Report, suffix: 'Add' | 'Update' | 'Delete', description: string): void {
  report.step({
    name: `EntryExport${suffix}`,
    type: 'export',
    status: 'success',
    description,
    details: { ReportableIdentifier: report.subject.name },
  });
}

function evaluate({ run, mapping, candidate }: Export, creating: boolean): Wanted {
  return evaluateMappings(mapping, candidate.values, {
    now: run.deps.clock.now(),
    creating,
    changed: run.changedOf(candidate.sourceId),
    defaultDomain: run.tenant.domain,
  });
}
