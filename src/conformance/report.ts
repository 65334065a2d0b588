import type { Check } from './check.ts';
import type { Exchange } from './client.ts';

export interface CheckResult extends Pick<Check, 'id' | 'level' | 'requirement'> {
  readonly source: string;
  /** Of the section. */
  readonly title: string;
  /** leftOut: not asked for. */
  readonly verdict: Verdict;
  /** Why it was skipped or left out. */
  readonly reason?: string;
  readonly failure?: { readonly what: string; readonly expected: string; readonly got: string };
  /** What was sent and what came back; empty where all is well. */
  readonly exchanges: readonly Exchange[];
  readonly durationMs: number;
}

export const verdicts = ['pass', 'fail', 'warn', 'skipped', 'leftOut'] as const;
export type Verdict = (typeof verdicts)[number];
export type Counts = Readonly<Record<Verdict, number>>;

export interface Report {
  readonly url: string;
  readonly results: readonly CheckResult[];
  /** stopped: by the caller; silent: the server stopped answering. */
  readonly ended: 'complete' | 'stopped' | 'silent';
  /** Paths of resources that the run made and could not delete. */
  readonly leftBehind: readonly string[];
}

export interface SectionReport {
  readonly source: string;
  readonly title: string;
  readonly results: readonly CheckResult[];
}

export function countVerdicts(results: readonly CheckResult[]): Counts {
  const counts = { pass: 0, fail: 0, warn: 0, skipped: 0, leftOut: 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

/** The results of each section, in the order in which they ran. */
export function sectionsOf(results: readonly CheckResult[]): readonly SectionReport[] {
  const groups = Map.groupBy(results, ({ source, title }) => `${source}\n${title}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ source: first.source, title: first.title, results: group }];
  });
}
