import type { ObjectMapping } from '../application/object-mapping.ts';
import { TARGET_SYSTEM } from '../logs/provisioning-entry.ts';
import type { JobRun } from './job-run.ts';
import { saveLink, type Link } from './link-store.ts';
import { invalidAnchor } from './provisioning-failure.ts';
import { runReported, type Provisioned } from './run-reported.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** Returns the target attribute that the manager is mapped to, a single-valued reference; undefined if the manager is not mapped. */
export function managerTarget(mapping: ObjectMapping): string | undefined {
  return mapping.attributes.find(({ type, multivalued }) => type === 'Reference' && !multivalued)?.target;
}

/**
 * Exports the manager of a linked user. Managers are exported in a phase after the users, because the manager must be linked first (§3.2).
 * Saves the exported manager in the user's link, so that the same manager is not sent again.
 */
export async function exportManager(
  run: JobRun,
  mapping: ObjectMapping,
  link: Link,
  manager: { readonly target: string; readonly targetId: string },
): Promise<Provisioned> {
  const { sourceId, targetId, displayName: name, managerTargetId } = link;
  return await runReported(run, {
    subject: { type: 'User', sourceId, name, targetObject: mapping.targetObject },
    targetId,
    stage: 'reference',
    failureReport: {
      action: 'update',
      stepName: 'EntryExportUpdate',
      stepType: 'referenceResolution',
      description: standInTexts.steps.managerFailed(name, TARGET_SYSTEM),
    },
    run: async (report) => {
      report.modified([{ displayName: manager.target, oldValue: managerTargetId, newValue: manager.targetId }]);
      const op = managerTargetId === null ? 'add' : 'replace';
      const change = { target: manager.target, op, value: manager.targetId } as const;
      const options = { withoutFlag: run.onDemand };
      const done = await run.target.update('User', targetId, [change], options, report.record);
      if (!done) throw invalidAnchor('User', targetId);
      report.step({
        name: 'EntryExportUpdate',
        type: 'referenceResolution',
        status: 'success',
        description: standInTexts.steps.managerUpdated(name, TARGET_SYSTEM),
        details: { ReportableIdentifier: name },
      });
      return {
        outcome: { action: 'update', status: 'success' },
        isRepeatable: false,
        remember: (transaction) =>
          saveLink(transaction, { ...link, managerTargetId: manager.targetId }, run.deps.clock.now()),
      };
    },
  });
}
