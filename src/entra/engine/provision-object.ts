import type { ObjectMapping } from '../application/object-mapping.ts';
import { SOURCE_SYSTEM, TARGET_SYSTEM } from '../logs/provisioning-entry.ts';
import type { Candidate } from './candidate.ts';
import { STAGED_DELETE } from './escrow-store.ts';
import { clearEscrow, putIntoEscrow } from './escrows.ts';
import { exportObject } from './export-object.ts';
import type { JobRun } from './job-run.ts';
import { deleteLink, transferLink, saveLink, type Link } from './link-store.ts';
import { matchingNames } from './match-object.ts';
import { deleteLinkedMembers } from './linked-member-store.ts';
import { runReported, type Provisioned, type Work } from './run-reported.ts';
import { shownValue, type Report } from './report.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/**
 * Provisions one object, and saves the log entry. Also saves the object's link if the export succeeded, or its escrow if the export failed.
 */
export async function provisionObject(
  run: JobRun,
  mapping: ObjectMapping,
  candidate: Candidate,
  link: Link | undefined,
): Promise<Provisioned> {
  const { type, sourceId, name } = candidate;
  const subject = { type, sourceId, name, targetObject: mapping.targetObject };
  const action = link === undefined ? 'create' : 'update';
  const work: Work = {
    subject,
    targetId: link?.targetId,
    stage: 'object',
    failureReport: {
      action,
      stepName: link === undefined ? 'EntryExportAdd' : 'EntryExportUpdate',
      stepType: 'export',
      description: standInTexts.steps[`${action}Failed`](type, name, TARGET_SYSTEM),
    },
    run: async (report) => {
      reportImport(report, candidate, run.onDemand ? 'Read' : changeOf(candidate, link));
      const exported = await exportObject({ run, mapping, candidate, report }, link);
      const { outcome, link: kept, takenFrom } = exported;
      return {
        outcome,
        isRepeatable: kept === 'keep',
        remember: async (transaction) => {
          if (takenFrom !== undefined) await transferLink(transaction, run.job.id, takenFrom, sourceId);
          if (kept === 'remove') {
            await clearEscrow(run, transaction, sourceId, 'reference');
            await deleteLinkedMembers(transaction, { jobId: run.job.id, groupId: sourceId });
            await deleteLink(transaction, run.job.id, sourceId);
          } else if (kept !== 'keep') {
            await saveLink(transaction, kept, run.deps.clock.now());
          }
          if (outcome.action === 'stageddelete') {
            const reason = standInTexts.failures.stagedDelete;
            await putIntoEscrow(run, transaction, subject, { stage: 'object', errorCode: STAGED_DELETE, reason });
          }
        },
      };
    },
  };
  // If two new objects have the same matching value, the second object waits, and then finds the target object of the first.
  const names = link === undefined ? matchingNames(run, mapping, candidate) : [];
  return await run.keyedLock(names, async () => await runReported(run, work));
}

type Change = 'Read' | 'Add' | 'Update' | 'Delete';

function changeOf({ object }: Candidate, link: Link | undefined): Change {
  if (object === undefined) return 'Delete';
  return link === undefined ? 'Add' : 'Update';
}

function reportImport(report: Report, { type, name, values }: Candidate, change: Change): void {
  const details = Object.fromEntries(
    [...values].flatMap(([attribute, value]) => {
      const shown = shownValue(value);
      return shown === null ? [] : [[attribute, shown]];
    }),
  );
  report.step({
    name: change === 'Read' ? 'EntryImport' : `EntryImport${change}`,
    type: 'import',
    status: 'success',
    description:
      change === 'Read'
        ? standInTexts.steps.retrieved(type, name, SOURCE_SYSTEM)
        : standInTexts.steps.received(type, name, change, SOURCE_SYSTEM),
    details,
  });
}
