import type { ObjectMapping } from '../application/object-mapping.ts';
import { findSourceGroups, pageOfSourceGroups } from '../source/source-group-store.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';
import { findSourceUsers, pageOfSourceUsers } from '../source/source-user-store.ts';
import { findChangedObjects, managersToExport, membershipsToExport, type ChangedObjects } from './changed-objects.ts';
import type { CyclePhase, CycleState } from '../application/cycle-state.ts';
import { deleteEscrowsOf, findEscrowed } from './escrow-store.ts';
import { clearEscrow } from './escrows.ts';
import { exportManager, managerTarget } from './export-reporting-line.ts';
import { exportMembers, findMemberChanges, forgetMembers, isEmpty, membersTarget } from './export-members.ts';
import type { JobRun } from './job-run.ts';
import { findLinks, pageOfLinks, type Link } from './link-store.ts';
import { loadCandidates } from './load-candidates.ts';
import { provisionObject } from './provision-object.ts';
import type { Provisioned } from './run-reported.ts';

/** The maximum number of objects in a page. The cycle saves its progress after each page. */
export const PAGE_LENGTH = 200;

/** Provisions one object. Resolves to undefined if there was nothing to do. */
export type Unit = () => Promise<Provisioned | undefined>;

/** A page of the work in a phase. */
export interface UnitPage {
  /** The id of the last object in the page, after which the next page starts; null if the phase has ended. */
  readonly last: string | null;
  /** The units of each step. The steps run sequentially; the units of a step run concurrently. */
  readonly steps: readonly (readonly Unit[])[];
  /** The number of objects that were evaluated. */
  readonly objectCount: number;
}

const endOfPhase: UnitPage = { last: null, steps: [], objectCount: 0 };

/** The work of one cycle, by phase and page. */
export interface PhaseUnits {
  /** Returns the page of a phase that starts after the id `after`, or the first page if `after` is null. */
  readonly page: (phase: CyclePhase, after: string | null) => Promise<UnitPage>;
}

/** Returns the work of a cycle: all objects in an initial cycle, the changed objects in an incremental cycle. */
export async function openPhaseUnits(opened: JobRun, state: CycleState): Promise<PhaseUnits> {
  const changed = state.kind === 'initial' ? undefined : await findChangedObjects(opened, state);
  const isFaulty = opened.application.settings.faults.switchIsNull;
  const cycleStartedAt = new Date(state.startedAt);
  const run: JobRun = {
    ...opened,
    cycleStartedAt,
    changedOf: (id: string) => (isFaulty ? changed?.fields.get(id) : undefined),
  };
  const listed = new Map<CyclePhase, Promise<readonly string[]>>();
  const since = new Date(run.job.status.lastExecution?.timeBegan ?? state.startedAt);
  const idsOf = (phase: CyclePhase, objects: ChangedObjects) => {
    const known = listed.get(phase) ?? listIds(run, phase, objects, since);
    listed.set(phase, known);
    return known;
  };
  return {
    page: async (phase, after) => {
      if (mappingOf(run, phase) === undefined) return endOfPhase;
      if (changed === undefined) return await pageOfAll(run, phase, after);
      const ids = (await idsOf(phase, changed)).filter((id) => after === null || id > after).slice(0, PAGE_LENGTH);
      return await pageOfIds(run, phase, ids);
    },
  };
}

async function listIds(run: JobRun, phase: CyclePhase, changed: ChangedObjects, since: Date) {
  const ids =
    phase === 'users'
      ? changed.users
      : phase === 'groups'
        ? changed.groups
        : phase === 'managers'
          ? await managersToExport(run, changed, since)
          : await membershipsToExport(run, changed, since);
  return [...ids].toSorted();
}

function typeOf(phase: CyclePhase): ObjectType {
  return phase === 'users' || phase === 'managers' ? 'User' : 'Group';
}

function mappingOf(run: JobRun, phase: CyclePhase): ObjectMapping | undefined {
  return run.mappings[typeOf(phase)];
}

/** Returns a page of an initial cycle. The phases `users` and `groups` page through source objects and links, the others through links. */
async function pageOfAll(run: JobRun, phase: CyclePhase, after: string | null): Promise<UnitPage> {
  const { database } = run.deps;
  const page = { after, limit: PAGE_LENGTH };
  if (phase === 'users' || phase === 'groups') {
    const objects =
      phase === 'users'
        ? await pageOfSourceUsers(database, run.tenant.id, page)
        : await pageOfSourceGroups(database, run.tenant.id, page);
    // Links are included because an object may have been permanently deleted from the source before the watermark was reset. Then only the
    // link shows that the object was provisioned.
    const linked = await pageOfLinks(database, run.job.id, typeOf(phase), page);
    const all = new Set([...objects.map(({ id }) => id), ...linked.map(({ sourceId }) => sourceId)]);
    const ids = [...all].toSorted().slice(0, PAGE_LENGTH);
    const pageIds = new Set(ids);
    return await objectPage(
      run,
      phase,
      ids,
      objects.filter(({ id }) => pageIds.has(id)),
    );
  }
  const linked = await pageOfLinks(database, run.job.id, typeOf(phase), page);
  return await referencePage(
    run,
    phase,
    linked.map(({ sourceId }) => sourceId),
  );
}

async function pageOfIds(run: JobRun, phase: CyclePhase, ids: readonly string[]): Promise<UnitPage> {
  const { database } = run.deps;
  if (ids.length === 0) return endOfPhase;
  if (phase === 'users') return await objectPage(run, phase, ids, await findSourceUsers(database, run.tenant.id, ids));
  if (phase === 'groups')
    return await objectPage(run, phase, ids, await findSourceGroups(database, run.tenant.id, ids));
  return await referencePage(run, phase, ids);
}

async function objectPage(
  run: JobRun,
  phase: CyclePhase,
  ids: readonly string[],
  objects: readonly SourceObject[],
): Promise<UnitPage> {
  const mapping = mappingOf(run, phase);
  if (mapping === undefined || ids.length === 0) return endOfPhase;
  await run.leases.hold(ids);
  const links = await findLinks(run.deps.database, run.job.id, ids);
  // A permanently deleted object without a link needs neither work nor a log entry.
  const found = new Set(objects.map(({ id }) => id));
  const purged = [...links.values()].filter(({ type, sourceId }) => type === typeOf(phase) && !found.has(sourceId));
  const unknown = ids.filter((id) => !found.has(id) && !links.has(id));
  await deleteEscrowsOf(run.deps.database, run.job.id, typeOf(phase), unknown);
  const candidates = await loadCandidates(run, mapping, objects, purged);
  const units = candidates.flatMap((candidate) => {
    const link = links.get(candidate.sourceId);
    // If the link was saved during this cycle, the page was interrupted after this object and is being repeated. The object is skipped,
    // because the next cycle handles any later change.
    if (link !== undefined && run.cycleStartedAt !== undefined && link.modifiedAt > run.cycleStartedAt) return [];
    const isLeaving = candidate.scope.isSoftDeleted;
    return [{ isLeaving, unit: async () => await provisionObject(run, mapping, candidate, link) }];
  });
  // Objects that leave the scope are exported first, so that a new object with the same name can take over the target object.
  const step = (isLeaving: boolean) => units.filter((one) => one.isLeaving === isLeaving).map(({ unit }) => unit);
  return { last: ids.at(-1) ?? null, objectCount: ids.length, steps: [step(true), step(false)] };
}

async function referencePage(run: JobRun, phase: CyclePhase, ids: readonly string[]): Promise<UnitPage> {
  const mapping = mappingOf(run, phase);
  const last = ids.at(-1);
  if (mapping === undefined || last === undefined) return endOfPhase;
  const { database } = run.deps;
  await run.leases.hold(ids);
  const links = [...(await findLinks(database, run.job.id, ids)).values()];
  const waiting = await findEscrowed(database, run.job.id, 'reference', ids);
  // Deletes the escrow of a reference that failed earlier and no longer has to be exported.
  const clearReferenceEscrow = async (id: string) => {
    if (waiting.has(id)) await clearEscrow(run, database, id, 'reference');
  };
  const linked = new Set(links.map(({ sourceId }) => sourceId));
  for (const id of ids) if (!linked.has(id)) await clearReferenceEscrow(id);
  if (phase === 'members')
    return { last, steps: [await memberUnits(run, mapping, links, clearReferenceEscrow)], objectCount: ids.length };
  const units = await managerUnits(run, mapping, links);
  for (const id of linked) if (!units.has(id)) await clearReferenceEscrow(id);
  return { last, steps: [[...units.values()]], objectCount: ids.length };
}

/**
 * Returns the exports of managers, by the source id of the user: one for each linked user whose manager is linked and differs from the
 * manager that was last exported. Skips users without a manager, because Entra ID never exports null values.
 */
export async function managerUnits(
  run: JobRun,
  mapping: ObjectMapping,
  links: readonly Link[],
): Promise<ReadonlyMap<string, Unit>> {
  const target = managerTarget(mapping);
  if (target === undefined || !mapping.actions.update) return new Map();
  const { database } = run.deps;
  const inScopeLinks = links.filter(({ type, inScope }) => type === 'User' && inScope);
  const users = await findSourceUsers(
    database,
    run.tenant.id,
    inScopeLinks.map(({ sourceId }) => sourceId),
  );
  const managerOf = new Map(users.flatMap(({ id, managerId }) => (managerId === null ? [] : [[id, managerId]])));
  const managers = await findLinks(database, run.job.id, [...new Set(managerOf.values())]);
  return new Map(
    inScopeLinks.flatMap((link) => {
      const targetId = managers.get(managerOf.get(link.sourceId) ?? '')?.targetId;
      if (targetId === undefined || targetId === link.managerTargetId) return [];
      return [[link.sourceId, async () => await exportManager(run, mapping, link, { target, targetId })] as const];
    }),
  );
}

async function memberUnits(
  run: JobRun,
  mapping: ObjectMapping,
  links: readonly Link[],
  clearReferenceEscrow: (id: string) => Promise<void>,
): Promise<readonly Unit[]> {
  const exports = membersTarget(mapping) !== undefined && mapping.actions.update;
  const [exported, others] = [true, false].map((isExported) =>
    links.filter(({ type, inScope }) => (type === 'Group' && inScope && exports) === isExported),
  );
  for (const { sourceId } of others ?? []) await clearReferenceEscrow(sourceId);
  return (exported ?? []).map((link) => async () => {
    const changes = await findMemberChanges(run, link);
    await forgetMembers(run, link, changes);
    if (!isEmpty(changes)) return await exportMembers(run, mapping, link, changes);
    await clearReferenceEscrow(link.sourceId);
    return undefined;
  });
}
