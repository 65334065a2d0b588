/** The phases of a cycle, in the order in which they run (§3.2). */
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
  /** The number of exported members and managers. */
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

/** The stored state of a running cycle, from which the cycle resumes after a crash. */
export interface CycleState {
  /** A GUID. */
  readonly id: string;
  readonly kind: 'initial' | 'incremental';
  readonly phase: CyclePhase;
  /** The id of the last user or group that the phase has handled; null at the beginning of the phase. */
  readonly after: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /**
   * The number of a change-log entry. An incremental cycle handles the changes after this entry. An initial cycle handles all users and
   * groups.
   */
  readonly from: number;
  /** The number of the change-log entry for the last change that the cycle handles. It becomes the job's watermark when the cycle ends. */
  readonly until: number;
  /** The number of units of work that are known so far, in all phases together. */
  readonly total: number;
  readonly done: number;
  readonly counts: CycleCounts;
}

export function addCounts(counts: CycleCounts, more: Partial<CycleCounts>): CycleCounts {
  const names = Object.keys(zeroCounts) as (keyof CycleCounts)[];
  const sums = names.map((name) => [name, counts[name] + (more[name] ?? 0)] as const);
  return Object.fromEntries(sums) as unknown as CycleCounts;
}
