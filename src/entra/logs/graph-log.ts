import type { JsonObject, JsonValue } from '#base/json.ts';
import { SOURCE_SYSTEM, TARGET_SYSTEM, type ProvisioningEntry, type ProvisioningStep } from './provisioning-entry.ts';

/** The context of a log entry: the organization, tenant, job, cycle and application that it belongs to. */
export interface LogPlace {
  readonly organizationId: string;
  readonly tenantId: string;
  readonly jobId: string;
  readonly cycleId: string;
  readonly servicePrincipal: { readonly id: string; readonly appId: string; readonly displayName: string };
}

/** The values of `action`, the older of Graph's two properties for the action. The newer one is `provisioningAction`. */
const olderActions: Readonly<Record<ProvisioningEntry['action'], string>> = {
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
  disable: 'Disable',
  stageddelete: 'StagedDelete',
  other: 'Other',
};

/** Converts an entry to Graph's microsoft.graph.provisioningObjectSummary (§3.9). */
export function graphEntry(id: string, place: LogPlace, entry: ProvisioningEntry): JsonObject {
  const { servicePrincipal } = place;
  const statusInfo = {
    status: entry.status,
    errorInformation: errorInformation(entry),
  };
  return {
    id,
    activityDateTime: entry.endedAt.toISOString(),
    tenantId: place.tenantId,
    jobId: place.jobId,
    cycleId: place.cycleId,
    changeId: entry.changeId,
    action: olderActions[entry.action],
    provisioningAction: entry.action,
    durationInMilliseconds: entry.endedAt.getTime() - entry.startedAt.getTime(),
    provisioningStatusInfo: statusInfo,
    statusInfo: { '@odata.type': '#microsoft.graph.statusDetails', ...olderStatus(entry) },
    provisioningSteps: entry.steps.map(graphStep),
    modifiedProperties: entry.modifiedProperties.map((one) => ({ ...one })),
    servicePrincipal: { id: servicePrincipal.id, displayName: servicePrincipal.displayName },
    sourceSystem: { id: place.tenantId, displayName: SOURCE_SYSTEM, details: {} },
    targetSystem: {
      id: servicePrincipal.id,
      displayName: TARGET_SYSTEM,
      details: {
        ApplicationId: servicePrincipal.appId,
        ServicePrincipalId: servicePrincipal.id,
        ServicePrincipalDisplayName: servicePrincipal.displayName,
      },
    },
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
    sourceIdentity: {
      id: entry.sourceId,
      displayName: entry.sourceName,
      identityType: entry.objectType,
      details: {},
    },
    targetIdentity: {
      id: entry.targetId,
      displayName: entry.targetId === '' ? '' : entry.sourceName,
      identityType: entry.targetObject,
      details: {},
    },
  };
}

function errorInformation({ error, skipReason }: ProvisioningEntry): JsonValue {
  if (error !== null) return { ...error, additionalDetails: null };
  if (skipReason === null) return null;
  return {
    errorCode: skipReason,
    reason: null,
    additionalDetails: null,
    errorCategory: 'success',
    recommendedAction: null,
  };
}

function olderStatus({ status, error }: ProvisioningEntry): JsonObject {
  return {
    status,
    errorCode: error?.errorCode ?? null,
    reason: error?.reason ?? null,
    additionalDetails: null,
    errorCategory: error?.errorCategory ?? null,
    recommendedAction: error?.recommendedAction ?? null,
  };
}

export function graphStep({ name, type, status, description, details }: ProvisioningStep): JsonObject {
  return { name, provisioningStepType: type, status, description, details: { ...details } };
}
