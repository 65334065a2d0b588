import { quote } from '#base/errors.ts';
import { newGuid } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { SOURCE_SYSTEM, TARGET_SYSTEM, type ProvisioningEntry } from '../logs/provisioning-entry.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import type { ObjectType } from '../source/source-object.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import type { WireExchange } from '../wire/target-client.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { exportMembers, findMemberChanges, forgetMembers, isEmpty, membersTarget } from './export-members.ts';
import type { JobRun } from './job-run.ts';
import { findLink } from './link-store.ts';
import { loadCandidates } from './load-candidates.ts';
import { openJobRun } from './open-job-run.ts';
import { managerUnits } from './phase-units.ts';
import { provisionObject } from './provision-object.ts';
import type { EngineDeps } from './engine-deps.ts';

/** The maximum number of members that can be exported with a group (§3.8). */
export const ON_DEMAND_MEMBERS_MAX = 5;

export interface OnDemandSubject {
  readonly type: ObjectType;
  readonly objectId: string;
  /** The source ids of the members to export with a group; none by default. */
  readonly memberIds?: readonly string[];
}

/** The result of Provision on demand. In Graph, `key` and `value` are JSON strings (§3.8). */
export interface OnDemandResult {
  readonly key: { readonly result: 'Success' | 'Failure' | 'Skipped'; readonly details: JsonObject };
  readonly value: JsonObject;
  /** The HTTP exchanges with the target. Entra ID does not return them. */
  readonly exchanges: readonly WireExchange[];
  /** For each step of `value`, the index of its first exchange, and the index of its last exchange plus one. */
  readonly stepExchanges: readonly (readonly [number, number])[];
}

/**
 * Provisions one user, or one group with at most ON_DEMAND_MEMBERS_MAX of its members, immediately. As in Entra ID, ignores the flag in the
 * Tenant URL, and does not put failures into escrow. Throws `notFound`, `usage` for too many members or a type without an enabled mapping,
 * `conflict` if another run works on the object for too long, and NoAnswer `closed` if `cut` is aborted.
 *
 * @example
 * const { key } = await provisionOnDemand(deps, jobId, { type: 'User', objectId: ann.id });
 * // { result: 'Success', details: {} }
 */
export async function provisionOnDemand(
  deps: EngineDeps,
  jobId: string,
  subject: OnDemandSubject,
  cut?: AbortSignal,
): Promise<OnDemandResult> {
  const memberIds = subject.memberIds ?? [];
  if (memberIds.length > ON_DEMAND_MEMBERS_MAX) {
    throw new StandInError('usage', ({ onDemand }) => onDemand.tooManyMembers(memberIds.length, ON_DEMAND_MEMBERS_MAX));
  }
  await using opened = await openJobRun(deps, jobId, newGuid(), { onDemand: true, cut });
  const { run } = opened;
  try {
    await run.leases.hold([subject.objectId]);
    const entry = await provision(run, subject);
    const further = entry.status === 'failure' ? [] : await provisionReferences(run, subject, new Set(memberIds));
    return resultOf(entry, further);
  } finally {
    await run.leases.release();
  }
}

async function provision(run: JobRun, { type, objectId }: OnDemandSubject): Promise<ProvisioningEntry> {
  const { database } = run.deps;
  const mapping = run.mappings[type];
  if (mapping === undefined) throw new StandInError('usage', ({ onDemand }) => onDemand.disabled(type));
  const find = type === 'User' ? findSourceUser : findSourceGroup;
  const object = await find(database, run.tenant.id, objectId);
  if (object === undefined || object.deletedAt !== null) {
    throw new StandInError('notFound', ({ onDemand }) => onDemand.unknown(type, quote(objectId)));
  }
  const [candidate] = await loadCandidates(run, mapping, [object], []);
  if (candidate === undefined) throw new Error('An object that was read is a candidate.');
  const { entry } = await provisionObject(run, mapping, candidate, await findLink(database, run.job.id, objectId));
  return entry;
}

/** Exports the manager of a user, or the named members of a group. */
async function provisionReferences(
  run: JobRun,
  { type, objectId }: OnDemandSubject,
  memberIds: ReadonlySet<string>,
): Promise<readonly ProvisioningEntry[]> {
  const link = await findLink(run.deps.database, run.job.id, objectId);
  const mapping = run.mappings[type];
  if (link === undefined || mapping === undefined) return [];
  if (type === 'User') {
    const done = await Promise.all([...(await managerUnits(run, mapping, [link])).values()].map((unit) => unit()));
    return done.flatMap((one) => (one === undefined ? [] : [one.entry]));
  }
  if (membersTarget(mapping) === undefined) return [];
  const changes = await findMemberChanges(run, link, memberIds);
  await forgetMembers(run, link, changes);
  return isEmpty(changes) ? [] : [(await exportMembers(run, mapping, link, changes)).entry];
}

function resultOf(entry: ProvisioningEntry, further: readonly ProvisioningEntry[]): OnDemandResult {
  const failed = [entry, ...further].find(({ status }) => status === 'failure');
  const all = [entry, ...further];
  const status =
    failed !== undefined ? 'Failure' : entry.status === 'skipped' && further.length === 0 ? 'Skipped' : 'Success';
  const error = failed?.error ?? null;
  const last = entry.steps.at(-1);
  const key = {
    result: status,
    details:
      error !== null
        ? { errorCode: error.errorCode, errorMessage: error.reason }
        : status === 'Skipped'
          ? { errorCode: entry.skipReason ?? '', errorMessage: last?.description ?? '' }
          : {},
  } as const;
  return {
    key,
    value: valueOf(entry, all, status),
    exchanges: all.flatMap(({ exchanges }) => exchanges),
    stepExchanges: stepExchangesOf(all),
  };
}

/** Returns the exchanges of each step as indexes into the exchanges of all entries. */
function stepExchangesOf(entries: readonly ProvisioningEntry[]): OnDemandResult['stepExchanges'] {
  let before = 0;
  return entries.flatMap(({ steps, exchanges }) => {
    const offset = before;
    before += exchanges.length;
    return steps.map(({ exchanges: [first, end] }) => [offset + first, offset + end] as const);
  });
}

function valueOf(entry: ProvisioningEntry, all: readonly ProvisioningEntry[], status: string): JsonObject {
  const error = all.find((one) => one.error !== null)?.error ?? null;
  return {
    action: capitalized(entry.action),
    changeId: entry.changeId,
    startTime: entry.startedAt.toISOString(),
    endTime: (all.at(-1) ?? entry).endedAt.toISOString(),
    modifiedProperties: all.flatMap(({ modifiedProperties }) => modifiedProperties.map((one) => ({ ...one }))),
    provisioningSteps: all.flatMap(({ steps }) =>
      steps.map((step) => ({
        name: step.name,
        type: capitalized(step.type),
        status: capitalized(step.status),
        description: step.description,
        timestamp: step.at.toISOString(),
        details: { ...step.details },
      })),
    ),
    reportableIdentifier: entry.sourceName,
    statusInfo: {
      status,
      errorCode: error?.errorCode ?? null,
      reason: error?.reason ?? null,
      additionalDetails: null,
      errorCategory: error === null ? null : capitalized(error.errorCategory),
      recommendedAction: error?.recommendedAction ?? null,
    },
    sourceIdentity: { id: entry.sourceId, type: entry.objectType, displayName: null, details: null },
    sourceSystem: { id: null, name: SOURCE_SYSTEM, details: null },
    targetIdentity: { id: entry.targetId, type: entry.targetObject, displayName: null, details: null },
    targetSystem: { id: null, name: TARGET_SYSTEM, details: null },
  };
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
