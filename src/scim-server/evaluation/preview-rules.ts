import { setImmediate } from 'node:timers/promises';
import { fold } from '#base/fold.ts';
import type { Integration } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { findLoggedRequest, listWriteHeads, type WriteHead } from '#request-log/write-store.ts';
import { AssumptionError, evaluateWrite, type Evaluation } from './evaluate-write.ts';
import {
  assumptionOf,
  notReplayable,
  notReplayableText,
  writeOf,
  type NotReplayable,
  type ReplayDeps,
} from './replay.ts';

/** The maximum number of logged writes of the integration that a preview considers, newest first. */
export const PREVIEW_READ_MAX = 10_000;
/** The maximum number of requests that a preview evaluates: the newest of each kind about each person or group. */
export const PREVIEW_EVALUATED_MAX = 500;
/** The maximum number of people and groups that a preview lists. */
export const PREVIEW_LISTED_MAX = 100;

/** The maximum number of requests that a preview lists for one reason why they could not be evaluated. */
export const PREVIEW_SKIPPED_LISTED_MAX = 5;

/** The limits of a preview. Only tests set others, to reach them with few requests. */
export interface PreviewLimits {
  readonly read: number;
  readonly evaluated: number;
  readonly listed: number;
  readonly skippedListed: number;
}

export const previewLimits: PreviewLimits = {
  read: PREVIEW_READ_MAX,
  evaluated: PREVIEW_EVALUATED_MAX,
  listed: PREVIEW_LISTED_MAX,
  skippedListed: PREVIEW_SKIPPED_LISTED_MAX,
};

/** How a decision can differ, each with its meaning. */
export const differenceKinds = {
  accepted: 'The request would be accepted instead of refused.',
  refused: 'The request would be refused instead of accepted.',
  effect: 'The request would be accepted as before, with another effect.',
  reason: 'The request would be refused as before, for another reason.',
} as const satisfies Readonly<Record<string, string>>;

export type DifferenceKind = keyof typeof differenceKinds;

/** How the decision about one person or group would differ. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly requestId: string;
  readonly at: Date;
  readonly type: 'User' | 'Group';
  readonly targetId: string | null;
  readonly name: string | null;
  /** The decisions of an evaluation now: with the rules of today, and with the proposed rules. */
  readonly today: Evaluation;
  readonly proposed: Evaluation;
}

/** The requests that could not be evaluated for one reason. */
export interface SkippedRequests {
  readonly reason: NotReplayable;
  /** The reason in words, as the end of a sentence whose subject is the request. */
  readonly text: string;
  readonly count: number;
  /** The ids of the newest of them, at most PREVIEW_SKIPPED_LISTED_MAX. */
  readonly requestIds: readonly string[];
}

/** What rules would change, measured on the logged requests of an integration. */
export interface RulesPreview {
  /** The times of the oldest and the newest request that were evaluated; undefined if there were none. */
  readonly period: { readonly from: Date; readonly to: Date } | undefined;
  /** The number of writes of the integration that were read, and of those that were evaluated: the newest of each kind about each. */
  readonly read: number;
  readonly evaluated: number;
  /** The number of requests that could not be evaluated, for one of the reasons of `notReplayable`. */
  readonly notReplayable: number;
  /** The same requests by reason, the most frequent first. */
  readonly skipped: readonly SkippedRequests[];
  /** True if there were more writes than the limits of reading and evaluating allow, so that the numbers can be too small. */
  readonly isPartial: boolean;
  /** The number of people and groups about which at least one request would be decided differently. */
  readonly people: number;
  readonly groups: number;
  /** The number of these people and groups by the kind of the difference. */
  readonly kinds: Readonly<Record<DifferenceKind, number>>;
  /** The differences, newest first, one for each person or group; at most PREVIEW_LISTED_MAX. */
  readonly differences: readonly Difference[];
}

/**
 * Evaluates the logged requests of an integration under its rules of today and under other rules, without changing anything, and returns
 * those that would be decided differently: refused instead of accepted, or the reverse, for another reason, or with another effect.
 *
 * @param limits The limits of the preview. Default: `previewLimits`.
 * @example
 * const { people, period } = await previewRules(context, integration, { ...integration.rules, email: 'optional' });
 */
export async function previewRules(
  context: ReplayDeps,
  integration: Integration,
  rules: Rules,
  limits: PreviewLimits = previewLimits,
): Promise<RulesPreview> {
  const { deps, organizationId } = context;
  const heads = await listWriteHeads(deps.database, organizationId, integration.id, limits.read + 1);
  const writes = heads.slice(0, limits.read);
  const keyOf = keysOf(writes);
  const newest = newestOfEach(writes, keyOf);
  const chosen = newest.slice(0, limits.evaluated);
  const compare = comparison(context, integration, { ...integration, rules });
  const differences = new Map<string, Difference>();
  const skipped: Skipped[] = [];
  for (const head of chosen) {
    const compared = await compare(head);
    if (compared !== undefined && 'text' in compared) skipped.push(compared);
    else if (compared !== undefined && !differences.has(keyOf(head))) differences.set(keyOf(head), compared);
    // SQLite runs statements synchronously: without this pause, the server would not process requests between evaluations.
    await setImmediate();
  }
  const all = [...differences.values()];
  const [latest] = chosen;
  const oldest = chosen.at(-1);
  return {
    period: latest && oldest && { from: oldest.at, to: latest.at },
    read: writes.length,
    evaluated: chosen.length - skipped.length,
    notReplayable: skipped.length,
    skipped: byReason(skipped, limits.skippedListed),
    isPartial: heads.length > limits.read || newest.length > limits.evaluated,
    people: all.filter(({ type }) => type === 'User').length,
    groups: all.filter(({ type }) => type === 'Group').length,
    kinds: countKinds(all),
    differences: all.slice(0, limits.listed),
  };
}

/** A request that could not be evaluated. */
interface Skipped {
  readonly id: string;
  readonly reason: NotReplayable;
  readonly text: string;
}

function byReason(skipped: readonly Skipped[], listedMax: number): readonly SkippedRequests[] {
  return [...Map.groupBy(skipped, ({ text }) => text).values()]
    .toSorted((one, other) => other.length - one.length)
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { reason, text } = first;
      const requestIds = same.slice(0, listedMax).map(({ id }) => id);
      return [{ reason, text, count: same.length, requestIds }];
    });
}

/** Returns a function that evaluates a request under two sets of rules. It returns undefined if both decide in the same way. */
function comparison(context: ReplayDeps, integration: Integration, proposed: Integration) {
  return async ({ id }: WriteHead): Promise<Difference | Skipped | undefined> => {
    const request = await findLoggedRequest(context.deps.database, context.organizationId, id);
    // The request was deleted since the list of requests was read.
    if (request === undefined) return { id, reason: 'contentNotKept', text: notReplayable.contentNotKept };
    const skippedFor = (reason: NotReplayable): Skipped => ({ id, reason, text: notReplayableText(request, reason) });
    const sent = writeOf(request);
    if (typeof sent === 'string') return skippedFor(sent);
    const assumed = assumptionOf(request);
    try {
      const today = await evaluateWrite({ ...context, integration }, sent, assumed);
      const other = await evaluateWrite({ ...context, integration: proposed }, sent, assumed);
      if (isSame(today, other)) return undefined;
      const { at, targetId, name } = request;
      return { kind: kindOf(today, other), requestId: id, at, type: sent.type, targetId, name, today, proposed: other };
    } catch (error) {
      if (error instanceof AssumptionError) return skippedFor('namesTaken');
      throw error;
    }
  };
}

function kindOf(today: Evaluation, proposed: Evaluation): DifferenceKind {
  const wasRefused = today.decision === 'refused';
  if (proposed.decision === 'refused') return wasRefused ? 'reason' : 'refused';
  return wasRefused ? 'accepted' : 'effect';
}

function countKinds(differences: readonly Difference[]): Record<DifferenceKind, number> {
  const counts = { accepted: 0, refused: 0, effect: 0, reason: 0 };
  for (const { kind } of differences) counts[kind] += 1;
  return counts;
}

type KeyOf = (request: WriteHead) => string;

/** Returns the newest request of each kind about each person or group, newest first. */
function newestOfEach(logged: readonly WriteHead[], keyOf: KeyOf): readonly WriteHead[] {
  const found = new Map<string, WriteHead>();
  for (const request of logged) {
    const key = `${request.kind} ${keyOf(request)}`;
    if (!found.has(key)) found.set(key, request);
  }
  return [...found.values()];
}

/**
 * Returns a function that returns the same text for all requests about one person or group. A refused creation has no id: it belongs to
 * the person who has the same name in another request.
 */
function keysOf(logged: readonly WriteHead[]): KeyOf {
  const nameOf = ({ resourceType, name }: WriteHead) => JSON.stringify([resourceType, fold(name ?? '')]);
  const idsByName = new Map<string, string>();
  for (const request of logged) {
    if (request.targetId !== null && request.name !== null) idsByName.set(nameOf(request), request.targetId);
  }
  return (request) => {
    if (request.targetId !== null) return request.targetId;
    return request.name === null ? request.id : (idsByName.get(nameOf(request)) ?? nameOf(request));
  };
}

function isSame(one: Evaluation, other: Evaluation): boolean {
  return one.decision === other.decision && one.error?.code === other.error?.code && effectOf(one) === effectOf(other);
}

/** Returns the types and the changes of the events, without the ids and the times, which differ with each evaluation. */
function effectOf({ events }: Evaluation): string {
  return JSON.stringify(events.map((event) => [event['event_type'], event['changes']]));
}
