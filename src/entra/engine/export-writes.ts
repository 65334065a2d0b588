import { SOURCE_SYSTEM, TARGET_SYSTEM } from '../logs/provisioning-entry.ts';
import { diff } from '../wire/diff.ts';
import type { FlatChange, FlatResource } from '../wire/flat-resource.ts';
import type { TargetObject } from '../wire/target-client.ts';
import { evaluateMappings, type DesiredObject } from './evaluate-mappings.ts';
import { comparedAttributes, shownResource, targetNames, type Export } from './export-context.ts';
import { reportExport, skip, stage, type Exported, type KeptLink } from './export-report.ts';
import type { Link } from './link-store.ts';
import { invalidAnchor } from './provisioning-failure.ts';
import { shownValue } from './report.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';
import { matching } from './match-object.ts';

/**
 * Builds a link for an object that has none. If the object takes over `holder`, the link of a deleted object, the new link keeps the
 * manager that was exported for the deleted object.
 */
export function newLink({ run, candidate }: Export, targetId: string, holder?: Link): KeptLink {
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

/** True if the object is in scope. Ignores whether it is disabled or deleted in the source. */
function staysInScope({ run, candidate }: Export): boolean {
  const { assigned, inProvisioningScope } = candidate.scope;
  return (assigned || run.application.settings.scope === 'all') && inProvisioningScope;
}

/** Creates the object in the target. Throws TargetError and ProvisioningFailure. */
export async function create(work: Export): Promise<Exported> {
  const { run, mapping, candidate, report } = work;
  report.step({
    name: 'EntrySynchronizationAdd',
    type: 'matching',
    status: 'success',
    description: standInTexts.steps.willBeCreated(candidate.type, candidate.name, TARGET_SYSTEM, SOURCE_SYSTEM),
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
  reportExport(report, 'Add', standInTexts.steps.created(candidate.type, candidate.name, TARGET_SYSTEM));
  return { outcome: { action: 'create', status: 'success' }, link: newLink(work, created.id) };
}

/** Reads the linked object from the target. Throws TargetError, and ProvisioningFailure `InvalidAnchor` if the object does not exist. */
export async function readTarget(work: Export, link: Link): Promise<TargetObject> {
  const { run, mapping, candidate, report } = work;
  const found = await matching(work, async () => {
    const read = await run.target.read(candidate.type, link.targetId, targetNames(mapping), report.record);
    if (read === undefined) throw invalidAnchor(candidate.type, link.targetId);
    return read;
  });
  report.step({
    name: 'EntryImport',
    type: 'matching',
    status: 'success',
    description: standInTexts.steps.retrieved('', candidate.name, TARGET_SYSTEM),
    details: shownResource(found),
  });
  return found;
}

/**
 * Sends the differences between the mapped values and `present`, the object in the target. If `isLeaving` is true, an update that disables
 * the object counts as a deletion, and is staged if the threshold for accidental deletions is reached. Throws TargetError and
 * ProvisioningFailure.
 */
export async function update(
  work: Export,
  link: KeptLink,
  present: TargetObject,
  { isLeaving }: { readonly isLeaving: boolean },
): Promise<Exported> {
  const { run, mapping } = work;
  const kept = keptLink(work, link);
  const wanted = evaluate(work, false);
  const changes = diff(comparedAttributes(mapping), wanted.resource, present.attributes);
  if (changes.length === 0) return skip(work, 'RedundantExport', kept);
  if (!mapping.actions.update) return skip(work, 'UpdateNotEnabled', kept);
  const disables = isLeaving && changes.some(({ target, value }) => target === 'active' && value === false);
  if (disables && !run.deletes.take()) return stage(work, 'disable');
  await sendChanges(work, kept, { changes, wanted, present: present.attributes }).catch((error: unknown) => {
    if (disables) run.deletes.giveBack();
    throw error;
  });
  return { outcome: { action: disables ? 'disable' : 'update', status: 'success' }, link: kept };
}

/** Returns the link, updated with the current name and scope of its object. */
export function keptLink(work: Export, link: KeptLink): KeptLink {
  return { ...link, displayName: work.candidate.name, inScope: staysInScope(work) };
}

/** Deletes the object from the target, or stages the deletion if the threshold for accidental deletions is reached. Throws TargetError. */
export async function remove(work: Export, link: Link): Promise<Exported> {
  const { run, candidate, report } = work;
  if (!run.deletes.take()) return stage(work, 'delete');
  await run.target.remove(candidate.type, link.targetId, report.record).catch((error: unknown) => {
    run.deletes.giveBack();
    throw error;
  });
  reportExport(report, 'Delete', standInTexts.steps.deleted(candidate.type, candidate.name, TARGET_SYSTEM));
  return { outcome: { action: 'delete', status: 'success' }, link: 'remove' };
}

interface Sent {
  readonly changes: readonly FlatChange[];
  readonly wanted: DesiredObject;
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
  reportExport(report, 'Update', standInTexts.steps.updated(candidate.type, candidate.name, TARGET_SYSTEM));
}

function evaluate({ run, mapping, candidate }: Export, creating: boolean): DesiredObject {
  return evaluateMappings(mapping, candidate.values, {
    now: run.deps.clock.now(),
    creating,
    changed: run.changedOf(candidate.sourceId),
    defaultDomain: run.tenant.domain,
  });
}
