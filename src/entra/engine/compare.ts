import { newGuid } from '#base/ids.ts';
import type { ObjectMapping } from '../application/object-mapping.ts';
import { pageOfSourceGroups } from '../source/source-group-store.ts';
import { memberIdsOf } from '../source/source-member-store.ts';
import type { ObjectType, SourceObject } from '../source/source-object.ts';
import { pageOfSourceUsers } from '../source/source-user-store.ts';
import { diff } from '../wire/diff.ts';
import type { TargetObject } from '../wire/target-client.ts';
import type { Candidate } from './candidate.ts';
import { concurrently } from './concurrently.ts';
import { evaluateMappings } from './evaluate-mappings.ts';
import { managerTarget } from './export-reporting-line.ts';
import { membersTarget } from './export-members.ts';
import { comparedAttributes, targetNames } from './export-context.ts';
import type { JobRun } from './job-run.ts';
import { findLinks, type Link } from './link-store.ts';
import { loadCandidates } from './load-candidates.ts';
import { openJobRun } from './open-job-run.ts';
import { PAGE_LENGTH } from './phase-units.ts';
import { shownValue } from './report.ts';
import type { EngineDeps } from './engine-deps.ts';

/** The maximum number of differences that a comparison lists. Further differences are only counted. */
export const REPORTED_DIFFERENCES_MAX = 1_000;

export interface Difference {
  readonly type: ObjectType;
  /** `missing`: not in the target. `differs`: an attribute has another value. `extra`: in the target, but not linked to a source object. */
  readonly kind: 'missing' | 'differs' | 'extra';
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly name: string;
  readonly attribute: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** The name of the member whose id is in `expected` or `actual`; null for other attributes. */
  readonly memberName: string | null;
}

/** The number of objects of a type by the result of their comparison. */
export interface ComparedObjects {
  readonly equal: number;
  /** The number of objects with at least one attribute that differs. */
  readonly differs: number;
  readonly missing: number;
  readonly extra: number;
}

export interface Comparison {
  /** The number of source objects that should be in the target. */
  readonly compared: Readonly<Record<ObjectType, number>>;
  /** The number of objects in the target. */
  readonly found: Readonly<Record<ObjectType, number>>;
  readonly objects: Readonly<Record<ObjectType, ComparedObjects>>;
  /** The number of all differences. `differences` lists only the first REPORTED_DIFFERENCES_MAX. */
  readonly total: number;
  readonly differences: readonly Difference[];
}

export interface CompareOptions {
  readonly onProgress?: ((compared: number) => void) | undefined;
  /** Aborts the requests in progress. */
  readonly cut?: AbortSignal | undefined;
}

/**
 * Compares every attribute in the target, including managers and members, with the value that the mappings compute from the source.
 * Changes nothing. Entra ID has no such function: it never reads back what it has written (§1.5). Throws TargetError, and NoAnswer
 * `closed` if `cut` is aborted.
 *
 * @example
 * const { total, differences } = await compareDirectories(deps, jobId);
 * // differences[0]: { type: 'User', kind: 'differs', name: 'ann@contoso.example', attribute: 'title', expected: 'Head', actual: null, … }
 */
export async function compareDirectories(
  deps: EngineDeps,
  jobId: string,
  { onProgress = () => {}, cut }: CompareOptions = {},
): Promise<Comparison> {
  await using opened = await openJobRun(deps, jobId, newGuid(), { onDemand: true, cut });
  const { run } = opened;
  const found = createFindings(onProgress);
  for (const type of ['User', 'Group'] as const) {
    const mapping = run.mappings[type];
    if (mapping !== undefined) await compareType(run, mapping, found);
  }
  return found.result();
}

interface Findings {
  readonly compared: (type: ObjectType) => void;
  readonly inTarget: (type: ObjectType, count: number) => void;
  readonly add: (difference: Difference) => void;
  /** Counts the result of an object. */
  readonly count: (type: ObjectType, result: keyof ComparedObjects) => void;
  /** The names of the users and groups in the target, by id. */
  readonly names: Map<string, string>;
  readonly result: () => Comparison;
}

function createFindings(onProgress: (compared: number) => void): Findings {
  const compared = { User: 0, Group: 0 };
  const found = { User: 0, Group: 0 };
  const objects = { User: { ...noObjects }, Group: { ...noObjects } };
  const differences: Difference[] = [];
  let total = 0;
  return {
    compared: (type) => {
      compared[type] += 1;
      onProgress(compared.User + compared.Group);
    },
    inTarget: (type, count) => {
      found[type] = count;
    },
    add: (difference) => {
      total += 1;
      if (differences.length < REPORTED_DIFFERENCES_MAX) differences.push(difference);
    },
    count: (type, result) => {
      objects[type][result] += 1;
    },
    names: new Map(),
    result: () => ({ compared, found, objects, total, differences }),
  };
}

const noObjects = { equal: 0, differs: 0, missing: 0, extra: 0 };

async function compareType(run: JobRun, mapping: ObjectMapping, findings: Findings): Promise<void> {
  const type = mapping.sourceType;
  const manager = managerTarget(mapping);
  const names = [...targetNames(mapping), ...(manager === undefined ? [] : [manager])];
  const targets = new Map<string, TargetObject>();
  const [matching] = mapping.matching;
  for await (const target of run.target.list(type, names, () => {})) {
    targets.set(target.id, target);
    const name = matching && shownValue(target.attributes.get(matching.target));
    findings.names.set(target.id, name ?? target.id);
  }
  findings.inTarget(type, targets.size);
  const seen = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const objects: readonly SourceObject[] = await pageOf(run, type, after);
    if (objects.length === 0) break;
    after = objects.at(-1)?.id ?? null;
    const candidates = await loadCandidates(run, mapping, objects, []);
    const links = await findLinks(
      run.deps.database,
      run.job.id,
      objects.map(({ id }) => id),
    );
    for (const { targetId } of links.values()) seen.add(targetId);
    await concurrently(candidates, run.application.settings.concurrency, async (candidate) => {
      const link = links.get(candidate.sourceId);
      await compareObject({ run, mapping, findings, targets }, candidate, link);
    });
  }
  for (const { id } of targets.values()) {
    if (seen.has(id)) continue;
    findings.count(type, 'extra');
    findings.add({ ...noDetails, type, kind: 'extra', targetId: id, name: findings.names.get(id) ?? id });
  }
}

async function pageOf({ deps, tenant }: JobRun, type: ObjectType, after: string | null) {
  const page = { after, limit: PAGE_LENGTH };
  return type === 'User'
    ? await pageOfSourceUsers(deps.database, tenant.id, page)
    : await pageOfSourceGroups(deps.database, tenant.id, page);
}

const noDetails = {
  sourceId: null,
  targetId: null,
  attribute: null,
  expected: null,
  actual: null,
  memberName: null,
} as const;

interface Comparing {
  readonly run: JobRun;
  readonly mapping: ObjectMapping;
  readonly findings: Findings;
  readonly targets: ReadonlyMap<string, TargetObject>;
}

async function compareObject(comparing: Comparing, candidate: Candidate, link: Link | undefined): Promise<void> {
  const { run, mapping, findings, targets } = comparing;
  const { type, sourceId, name, scope } = candidate;
  // An object that is out of scope should be in the target only if it was provisioned earlier and the mapping disables such objects. It
  // should then be disabled in the target.
  if (scope.isSoftDeleted && (link === undefined || !mapping.softDeletes)) return;
  findings.compared(type);
  const target = link === undefined ? undefined : targets.get(link.targetId);
  if (link === undefined || target === undefined) {
    findings.count(type, 'missing');
    findings.add({ ...noDetails, type, kind: 'missing', sourceId, targetId: link?.targetId ?? null, name });
    return;
  }
  let isEqual = true;
  const differs: Differs = (attribute, expected, actual, memberName = null) => {
    isEqual = false;
    findings.add({
      type,
      kind: 'differs',
      sourceId,
      targetId: link.targetId,
      name,
      attribute,
      expected,
      actual,
      memberName,
    });
  };
  const wanted = evaluateMappings(mapping, candidate.values, {
    now: run.deps.clock.now(),
    creating: false,
    changed: undefined,
    defaultDomain: run.tenant.domain,
  });
  for (const { target: attribute, value } of diff(comparedAttributes(mapping), wanted.resource, target.attributes)) {
    differs(attribute, shownValue(value), shownValue(target.attributes.get(attribute)));
  }
  if (!scope.isSoftDeleted) {
    if (type === 'User') await compareManager(comparing, candidate, target, differs);
    else await compareMembers(comparing, link, differs);
  }
  findings.count(type, isEqual ? 'equal' : 'differs');
}

type Differs = (attribute: string, expected: string | null, actual: string | null, memberName?: string | null) => void;

async function compareManager(
  { run, mapping }: Comparing,
  { object }: Candidate,
  target: TargetObject,
  differs: Differs,
): Promise<void> {
  const attribute = managerTarget(mapping);
  if (attribute === undefined || object?.type !== 'User' || object.managerId === null) return;
  const expected = (await findLinks(run.deps.database, run.job.id, [object.managerId])).get(object.managerId)?.targetId;
  const actual = shownValue(target.attributes.get(attribute));
  // `expected` is undefined for a manager who is not provisioned, because the target cannot refer to that manager.
  if (expected !== undefined && expected !== actual) differs(attribute, expected, actual);
}

async function compareMembers(
  { run, mapping, findings: { names } }: Comparing,
  link: Link,
  differs: Differs,
): Promise<void> {
  const attribute = membersTarget(mapping);
  if (attribute === undefined) return;
  const { database } = run.deps;
  const members = await memberIdsOf(database, link.sourceId);
  const present = members.flatMap(({ id, type, deleted }) => (type === 'User' && !deleted ? [id] : []));
  const links = await findLinks(database, run.job.id, present);
  const expected = new Set([...links.values()].flatMap(({ inScope, targetId }) => (inScope ? [targetId] : [])));
  const actual = new Set(await run.target.members(link.targetId, () => {}));
  for (const id of expected) if (!actual.has(id)) differs(attribute, id, null, names.get(id) ?? null);
  for (const id of actual) if (!expected.has(id)) differs(attribute, null, id, names.get(id) ?? null);
}
