import type { ObjectType } from '../source/source-object.ts';
import type { WireExchange } from '../wire/target-client.ts';

/** What the source is called in logs. */
export const SOURCE_SYSTEM = 'Azure Active Directory';
/** What the target is called in logs: the name of the directory in the synchronization schema. */
export const TARGET_SYSTEM = 'customappsso';

export type ProvisioningAction = 'create' | 'update' | 'delete' | 'disable' | 'stageddelete' | 'other';
export type ProvisioningStatus = 'success' | 'failure' | 'skipped' | 'warning';
export type StepType = 'import' | 'scoping' | 'matching' | 'processing' | 'referenceResolution' | 'export';

export interface ProvisioningStep {
  /** EntryImport, EntrySynchronizationScoping, EntryExportAdd and so on (§3.9). */
  readonly name: string;
  readonly type: StepType;
  readonly status: ProvisioningStatus;
  readonly description: string;
  readonly at: Date;
  readonly details: Readonly<Record<string, string>>;
  /** Which of the exchanges on the wire belong to this step: from, and up to. */
  readonly exchanges: readonly [number, number];
}

export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

export interface ErrorInformation {
  readonly errorCode: string;
  readonly reason: string;
  readonly errorCategory: 'failure' | 'nonServiceFailure' | 'success';
  readonly recommendedAction: string | null;
}

/** Everything that became of one object in one cycle, or on demand. */
export interface ProvisioningEntry {
  /** Unique for this change in this cycle. */
  readonly changeId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly action: ProvisioningAction;
  readonly status: ProvisioningStatus;
  /** Why nothing was done: RedundantExport, NotEffectivelyEntitled and so on; null unless skipped. */
  readonly skipReason: string | null;
  readonly error: ErrorInformation | null;
  readonly objectType: ObjectType;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly targetId: string;
  readonly targetObject: string;
  readonly steps: readonly ProvisioningStep[];
  readonly modifiedProperties: readonly ModifiedProperty[];
  readonly exchanges: readonly WireExchange[];
}
