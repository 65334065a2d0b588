import type { ObjectMapping } from '../application/object-mapping.ts';
import { findSourceGroups, pageOfSourceGroups } from '../source/source-group-store.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';
import { findSourceUsers, pageOfSourceUsers } from '../source/source-user-store.ts';
import { findChangedObjects, managersToExport, membershipsToExport, type ChangedObjects } from './changed-objects.ts';
import type { CyclePhase, CycleState } from '../application/cycle-state.ts';
import { deleteEscrowsOf, findEscrowed } from './escrow-store.ts';
import { clearEscrow } from './escrows.ts';
import { exportManager, managerTarget } from './export-reporting-line.ts';
import { exportMembers, findMemberChanges, isEmpty, membersTarget } from './export-members.ts';
import type { JobRun } from './job-run.ts';
import { findLinks, pageOfLinks, type Link } from './link-store.ts';
import { loadCandidates } from './load-candidates.ts';
import { provisionObject } from './provision-object.ts';
import type { Provisioned } from './reported.ts';

/** Objects that are worked on before it is written down where the cycle has come to. */
export const PAGE_LENGTH = 200;

/** Work on one object; undefined when there was nothing to do. */
export type Unit = () => Promise<Provisioned | undefined>;

/** Some units, and the id after which the phase goes on; without any the phase is over. */
export interface UnitPage {
  readonly last: string | null;
  /** Each when the one before is done; the units of one go on side by side. */
  readonly steps: readonly (readonly Unit[])[];
  /** Objects that were looked at. */
  readonly looked: number;
}

const end: UnitPage = { last: null, steps: [], looked: 0 };

/** The pages of the phases of one cycle. */
export interface PhaseUnits {
  readonly page: (phase: CyclePhase, after: string | null) => Promise<UnitPage>;
}

/** What the phases of a cycle work on: everything in an initial one, what changed in an incremental one. */
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
      if (mappingOf(run, phase) === undefined) return end;
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

/** A page of everything: of the source, or of what is linked. */
async function pageOfAll(run: JobRun, phase: CyclePhase, after: string | null): Promise<UnitPage> {
  const { database } = run.deps;
  const page = { after, limit: PAGE_LENGTH };
  if (phase === 'users' || phase === 'groups') {
    const objects =
      phase === 'users'
        ? await pageOfSourceUsers(database, run.tenant.id, page)
        : await pageOfSourceGroups(database, run.tenant.id, page);
    // Who was removed from the source is in it no longer, but is linked: as when the watermark was forgotten before it was noticed.
    const linked = await pageOfLinks(database, run.job.id, typeOf(phase), page);
    const all = new Set([...objects.map(({ id }) => id), ...linked.map(({ sourceId }) => sourceId)]);
    const ids = [...all].toSorted().slice(0, PAGE_LENGTH);
    const asked = new Set(ids);
    return await objectPage(
      run,
      phase,
      ids,
      objects.filter(({ id }) => asked.has(id)),
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
  if (ids.length === 0) return end;
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
  if (mapping === undefined || ids.length === 0) return end;
  await run.leases.hold(ids);
  const links = await findLinks(run.deps.database, run.job.id, ids);
  // Of what is gone and was never linked there is nothing to do, and nothing to tell.
  const found = new Set(objects.map(({ id }) => id));
  const purged = [...links.values()].filter(({ type, sourceId }) => type === typeOf(phase) && !found.has(sourceId));
  const unknown = ids.filter((id) => !found.has(id) && !links.has(id));
  await deleteEscrowsOf(run.deps.database, run.job.id, typeOf(phase), unknown);
  const candidates = await loadCandidates(run, mapping, objects, purged);
  const units = candidates.flatMap((candidate) => {
    const link = links.get(candidate.sourceId);
    // Of a page that was left in the middle: what changed since the cycle began is the next one's.
    if (link !== undefined && run.cycleStartedAt !== undefined && link.modifiedAt > run.cycleStartedAt) return [];
    const isLeaving = candidate.scope.isSoftDeleted;
    return [{ isLeaving, unit: async () => await provisionObject(run, mapping, candidate, link) }];
  });
  // First who leaves, so that whoever has the name now finds what is left of it.
  const step = (isLeaving: boolean) => units.filter((one) => one.isLeaving === isLeaving).map(({ unit }) => unit);
  return { last: ids.at(-1) ?? null, looked: ids.length, steps: [step(true), step(false)] };
}

async function referencePage(run: JobRun, phase: CyclePhase, ids: readonly string[]): Promise<UnitPage> {
  const mapping = mappingOf(run, phase);
  const last = ids.at(-1);
  if (mapping === undefined || last === undefined) return end;
  const { database } = run.deps;
  await run.leases.hold(ids);
  const links = [...(await findLinks(database, run.job.id, ids)).values()];
  const waiting = await findEscrowed(database, run.job.id, 'reference', ids);
  // What failed before and is not to be done any more waits for nothing.
  const settle = async (id: string) => {
    if (waiting.has(id)) await clearEscrow(run, database, id, 'reference');
  };
  const linked = new Set(links.map(({ sourceId }) => sourceId));
  for (const id of ids) if (!linked.has(id)) await settle(id);
  if (phase === 'members') return { last, steps: [await memberUnits(run, mapping, links, settle)], looked: ids.length };
  const units = await managerUnits(run, mapping, links);
  for (const id of linked) if (!units.has(id)) await settle(id);
  return { last, steps: [[...units.values()]], looked: ids.length };
}

/** By the user: managers that were linked, and differ from those that were exported; null values never flow. */
export async function managerUnits(
  run: JobRun,
  mapping: ObjectMapping,
  links: readonly Link[],
): Promise<ReadonlyMap<string, Unit>> {
  const target = managerTarget(mapping);
  if (target === undefined || !mapping.actions.update) return new Map();
  const { database } = run.deps;
  const living = links.filter(({ type, inScope }) => type === 'User' && inScope);
  const users = await findSourceUsers(
    database,
    run.tenant.id,
    living.map(({ sourceId }) => sourceId),
  );
  const managerOf = new Map(users.flatMap(({ id, managerId }) => (managerId === null ? [] : [[id, managerId]])));
  const managers = await findLinks(database, run.job.id, [...new Set(managerOf.values())]);
  return new Map(
    living.flatMap((link) => {
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
  settle: (id: string) => Promise<void>,
): Promise<readonly Unit[]> {
  const exports = membersTarget(mapping) !== undefined && mapping.actions.update;
  const [living, gone] = [true, false].map((isLiving) =>
    links.filter(({ type, inScope }) => (type === 'Group' && inScope && exports) === isLiving),
  );
  for (const { sourceId } of gone ?? []) await settle(sourceId);
  return (living ?? []).map((link) => async () => {
    const changes = await findMemberChanges(run, link);
    if (!isEmpty(changes)) return await exportMembers(run, mapping, link, changes);
    await settle(link.sourceId);
    return undefined;
  });
}
