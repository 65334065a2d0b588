import type { ProvisioningAction } from '../logs/provisioning-entry.ts';
import type { Candidate } from './candidate.ts';
import type { Export } from './export-context.ts';
import type { Link } from './link-store.ts';
import type { Report } from './report.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

export type KeptLink = Omit<Link, 'modifiedAt'>;

/** The result of exporting an object, and the changes to its link that the caller has to save. */
export interface Exported {
  readonly outcome: {
    readonly action: ProvisioningAction;
    readonly status: 'success' | 'skipped';
    readonly skipReason?: string;
  };
  /** The link to save; `remove` to delete the link, `keep` to leave it unchanged. */
  readonly link: KeptLink | 'remove' | 'keep';
  /** The source id of the deleted object whose link this object takes over, because both objects have the same name. */
  readonly takenFrom?: string | undefined;
}

/** Adds a step to the report: whether the object is in scope, and why. */
export function reportScope(report: Report, { type, scope }: Candidate): void {
  const shown = (value: boolean) => (value ? 'True' : 'False');
  report.step({
    name: 'EntrySynchronizationScoping',
    type: 'scoping',
    status: 'success',
    description: standInTexts.steps.scoping(type),
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

const skipTexts: Readonly<Record<string, string>> = standInTexts.skips;

/** Adds a step to the report: the object was skipped, and why. Returns the result of the export. */
export function skip({ candidate, report }: Export, reason: string, link: Exported['link']): Exported {
  report.step({
    name: 'EntrySynchronizationSkip',
    type: 'export',
    status: 'skipped',
    description: standInTexts.steps.skipped(candidate.type, candidate.name, skipTexts[reason] ?? ''),
    details: { SkipReason: reason },
  });
  return { outcome: { action: 'other', status: 'skipped', skipReason: reason }, link };
}

/**
 * Adds a step to the report: the object is not deleted or disabled until an administrator allows this. Returns the result of the export.
 */
export function stage({ candidate, report }: Export, what: 'delete' | 'disable'): Exported {
  report.step({
    name: 'EntryExportDelete',
    type: 'export',
    status: 'skipped',
    description: standInTexts.steps[`${what}Waits`](candidate.type, candidate.name),
    details: { SkipReason: 'StagedDelete' },
  });
  return { outcome: { action: 'stageddelete', status: 'skipped', skipReason: 'StagedDelete' }, link: 'keep' };
}

/** Adds a step to the report for a change that was sent to the target. */
export function reportExport(report: Report, suffix: 'Add' | 'Update' | 'Delete', description: string): void {
  report.step({
    name: `EntryExport${suffix}`,
    type: 'export',
    status: 'success',
    description,
    details: { ReportableIdentifier: report.subject.name },
  });
}
