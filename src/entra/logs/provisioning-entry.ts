import type { ObjectType } from '../source/source-object.ts';
import type { WireExchange } from '../wire/target-client.ts';

/** The name of the source in the logs. */
export const SOURCE_SYSTEM = 'Azure Active Directory';
/** The name of the target in the logs: the name of its directory in the synchronization schema. */
export const TARGET_SYSTEM = 'customappsso';

export type ProvisioningAction = 'create' | 'update' | 'delete' | 'disable' | 'stageddelete' | 'other';
export type ProvisioningStatus = 'success' | 'failure' | 'skipped' | 'warning';
export type StepType = 'import' | 'scoping' | 'matching' | 'processing' | 'referenceResolution' | 'export';

export interface ProvisioningStep {
  /** The name of the step in Entra ID, such as EntryImport, EntrySynchronizationScoping or EntryExportAdd (§3.9). */
  readonly name: string;
  readonly type: StepType;
  readonly status: ProvisioningStatus;
  readonly description: string;
  readonly at: Date;
  readonly details: Readonly<Record<string, string>>;
  /** The index of the step's first exchange in the entry's `exchanges`, and the index of its last exchange plus one. */
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

/** The log entry for the provisioning of one object, in a cycle or on demand. */
export interface ProvisioningEntry {
  /** A GUID that is different for every entry. */
  readonly changeId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly action: ProvisioningAction;
  readonly status: ProvisioningStatus;
  /** Why the object was skipped, such as RedundantExport or NotEffectivelyEntitled; null if it was not skipped. */
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
