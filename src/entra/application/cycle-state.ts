/** What a cycle does, in this order (§3.2). */
export const cyclePhases = ['users', 'groups', 'managers', 'members'] as const;
export type CyclePhase = (typeof cyclePhases)[number];

export interface CycleCounts {
  readonly imported: number;
  readonly exported: number;
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly failed: number;
  readonly stagedDeletes: number;
  /** Members and managers that were exported. */
  readonly references: number;
}

export const zeroCounts: CycleCounts = {
  imported: 0,
  exported: 0,
  created: 0,
  updated: 0,
  disabled: 0,
  deleted: 0,
  skipped: 0,
  failed: 0,
  stagedDeletes: 0,
  references: 0,
};

/** A cycle under way: all that it takes to go on after a crash. */
export interface CycleState {
  /** A GUID. */
  readonly id: string;
  readonly kind: 'initial' | 'incremental';
  readonly phase: CyclePhase;
  /** The id after which the phase goes on; null at its beginning. */
  readonly after: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Changes after this number are looked at; for an initial cycle everything is. */
  readonly from: number;
  /** Up to this one: the watermark that the cycle ends with. */
  readonly until: number;
  /** Units of work in all phases, as they are known now. */
  readonly total: number;
  readonly done: number;
  readonly counts: CycleCounts;
}

export function addCounts(counts: CycleCounts, more: Partial<CycleCounts>): CycleCounts {
  const names = Object.keys(zeroCounts) as (keyof CycleCounts)[];
  const sums = names.map((name) => [name, counts[name] + (more[name] ?? 0)] as const);
  return Object.fromEntries(sums) as unknown as CycleCounts;
}
