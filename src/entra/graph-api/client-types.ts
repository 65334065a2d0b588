import type { EntraApplication } from '../application/application.ts';
import type { JobStatus, ScheduleState } from '../application/job.ts';
import type { ExplainedExpression } from '../application/explain-for-object.ts';
import type { ChangeEffect } from '../application/applications.ts';
import type { SettingsChange } from '../application/settings.ts';
import type { SynchronizationSchema } from '../application/synchronization-schema.ts';
import type { Comparison } from '../engine/compare.ts';
import type { CycleCounts } from '../application/cycle-state.ts';
import type { ImportResult } from '../source/import/import-objects.ts';
import type { WireExchange } from '../wire/target-client.ts';

/** The types of the responses that the Graph API client returns. This module has only types, so that a browser loads no server code. */

export interface Page<Item> {
  readonly value: readonly Item[];
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** OData's query options, without the dollar sign. */
export interface ListOptions {
  readonly filter?: string;
  readonly search?: string;
  readonly select?: readonly string[];
  readonly top?: number;
  readonly count?: boolean;
  readonly orderby?: string;
  readonly expand?: string;
}

export interface Tenant {
  readonly id: string;
  readonly displayName: string;
  readonly domain: string;
  readonly createdDateTime: string;
  readonly changeNumber: number;
  /** The number of users. Like the other counts, it is only in the response for a single tenant, not in lists. */
  readonly users?: number;
  readonly groups?: number;
  readonly deletedUsers?: number;
}

export interface NewTenant {
  readonly displayName: string;
  readonly domain?: string;
  readonly sample?: { readonly users?: number; readonly groups?: number; readonly seed?: number };
}

/** The random changes that a tenant received. The same seed makes the same changes again. */
export interface AppliedChanges {
  readonly seed: number;
  readonly applied: readonly { readonly kind: string; readonly summary: string }[];
}

/** What an import wrote. `ignored` names the properties that a tenant does not store. */
export interface Imported extends ImportResult {
  readonly ignored: readonly string[];
}

/** A user with Graph's property names. `select` decides which properties are present. */
export interface User {
  readonly id: string;
  readonly displayName?: string;
  readonly userPrincipalName?: string;
  readonly accountEnabled?: boolean;
  readonly [name: string]: unknown;
}

export interface Group {
  readonly id: string;
  readonly displayName?: string;
  readonly membershipRule?: string | null;
  readonly [name: string]: unknown;
}

export interface DirectoryObject {
  readonly '@odata.type': string;
  readonly id: string;
  readonly displayName?: string;
  readonly [name: string]: unknown;
}

export interface AppRole {
  readonly id: string;
  readonly displayName: string;
  readonly value: string | null;
}

export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdDateTime: string;
  readonly appRoles: readonly AppRole[];
}

export interface RoleAssignment {
  readonly id: string;
  readonly appRoleId: string;
  readonly appRoleValue: string;
  readonly principalId: string;
  readonly principalType: 'User' | 'Group';
  readonly principalDisplayName: string | null;
  readonly resourceId: string;
}

export interface NewRoleAssignment {
  readonly principalId: string;
  readonly appRoleId?: string;
  readonly appRoleValue?: string;
  readonly resourceId?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface JobCycle {
  readonly id: string;
  readonly kind: 'initial' | 'incremental';
  readonly phase: string;
  readonly startedAt: string;
  readonly total: number;
  readonly done: number;
  readonly counts: CycleCounts;
}

export interface Job {
  readonly id: string;
  readonly templateId: string;
  readonly schedule: { readonly interval: string; readonly state: ScheduleState; readonly expiration: string | null };
  readonly status: JobStatus;
  readonly synchronizationJobSettings: readonly { readonly name: string; readonly value: string }[];
  readonly nextRun: string | null;
  readonly cycle: JobCycle | null;
}

export interface JobChange {
  readonly schedule?: { readonly interval?: string; readonly state?: ScheduleState };
  readonly synchronizationJobSettings?: readonly { readonly name: string; readonly value: string | null }[];
}

export type Settings = EntraApplication['settings'];

/** A synchronization schema with its version. */
export type VersionedSchema = SynchronizationSchema & { readonly '@odata.etag': string };

export type { Comparison, ExplainedExpression, SettingsChange, SynchronizationSchema, WireExchange };

export interface ChangedSettings extends Settings {
  readonly '@tanhua.consequence': ChangeEffect;
}

export interface Escrow {
  readonly objectId: string;
  readonly objectTypeName: 'User' | 'Group';
  readonly stage: 'object' | 'reference';
  readonly errorCode: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstDateTime: string;
  readonly lastDateTime: string;
  readonly nextDateTime: string;
}

export interface CycleEnd {
  /** The result of the cycle, or `running` if the cycle has not ended yet. */
  readonly state: 'running' | 'complete' | 'stopped' | 'superseded' | 'quarantine';
  readonly reason?: string;
  readonly message?: string;
  readonly cycle?: JobCycle | null;
}

export interface OnDemandStep {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly description: string;
  readonly timestamp: string;
  readonly details: Readonly<Record<string, string>>;
}

export interface ModifiedProperty {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** The response of provisionOnDemand. The API sends `key` and `value` as JSON texts; the client parses them. */
export interface OnDemandAnswer {
  readonly key: {
    readonly result: 'Success' | 'Failure' | 'Skipped';
    readonly details: { readonly errorCode?: string; readonly errorMessage?: string };
  };
  readonly value: {
    readonly action: string;
    readonly changeId: string;
    readonly provisioningSteps: readonly OnDemandStep[];
    readonly modifiedProperties: readonly ModifiedProperty[];
    readonly reportableIdentifier: string;
    readonly sourceIdentity: { readonly id: string; readonly type: string };
    readonly targetIdentity: { readonly id: string; readonly type: string };
    readonly statusInfo: {
      readonly status: string;
      readonly errorCode: string | null;
      readonly reason: string | null;
      readonly recommendedAction: string | null;
    };
    readonly [name: string]: unknown;
  };
  readonly exchanges: readonly WireExchange[];
  /** For each step, the range of its entries in `exchanges`: the first index, and the index after the last entry. */
  readonly stepExchanges: readonly (readonly [number, number])[];
}

export interface ParsedExpression {
  readonly parsingSucceeded: boolean;
  readonly evaluationSucceeded: boolean;
  readonly evaluationResult: readonly string[];
  readonly parsedExpression: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A function that expressions can use. */
export interface MappingFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly required: boolean; readonly type: string }[];
  /** The syntax of a call, such as `Join(separator, source…)`. */
  readonly '@tanhua.signature': string;
  /** What the function returns, in a sentence or two. */
  readonly '@tanhua.summary': string;
}

/** The object that an expression is tested on. Without `objectId`, the expression is only parsed. */
export interface ExplainOptions {
  readonly objectTypeName?: 'User' | 'Group';
  readonly objectId?: string | undefined;
  readonly kind?: 'expression' | 'any';
}

export interface ProvisioningLog {
  readonly id: string;
  readonly activityDateTime: string;
  readonly jobId: string;
  readonly cycleId: string;
  readonly changeId: string;
  readonly provisioningAction: string;
  readonly durationInMilliseconds: number;
  readonly provisioningStatusInfo: {
    readonly status: 'success' | 'warning' | 'failure' | 'skipped';
    readonly errorInformation: {
      readonly errorCode: string;
      readonly reason: string | null;
      readonly recommendedAction: string | null;
    } | null;
  };
  readonly provisioningSteps: readonly {
    readonly name: string;
    readonly provisioningStepType: string;
    readonly status: string;
    readonly description: string;
    readonly details: Readonly<Record<string, string>>;
  }[];
  readonly modifiedProperties: readonly ModifiedProperty[];
  readonly sourceIdentity: { readonly id: string; readonly displayName: string; readonly identityType: string };
  readonly targetIdentity: { readonly id: string; readonly displayName: string; readonly identityType: string };
  readonly servicePrincipal: { readonly id: string; readonly displayName: string };
  readonly sourceSystem: { readonly id: string; readonly displayName: string };
  readonly targetSystem: { readonly id: string; readonly displayName: string };
}

export interface LogWire {
  /** For each step, the range of its entries in `exchanges`: the first index, and the index after the last entry. */
  readonly steps: readonly (readonly [number, number])[];
  readonly exchanges: readonly WireExchange[];
}

/** The property `error` of an error response. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly innerError: {
    readonly date: string;
    readonly 'request-id': string;
    readonly 'client-request-id': string;
    /** One of the codes in docs/reference/errors.md. */
    readonly error_code: string;
    readonly target?: string;
    /** The language of the message; missing for English. */
    readonly language?: string;
    readonly code?: string;
    readonly exchanges?: readonly WireExchange[];
  };
}
