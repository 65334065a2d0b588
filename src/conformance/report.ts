import type { Check } from './check.ts';
import type { Exchange } from './client.ts';

export interface CheckResult extends Pick<Check, 'id' | 'level' | 'requirement'> {
  readonly source: string;
  /** The title of the section. */
  readonly title: string;
  /** `leftOut` if the options of the run exclude the check. */
  readonly verdict: Verdict;
  /** The reason for which the check was skipped or left out. */
  readonly reason?: string;
  readonly failure?: { readonly what: string; readonly expected: string; readonly got: string };
  /** The requests that were sent and their responses. Empty unless the verdict is `fail` or `warn`. */
  readonly exchanges: readonly Exchange[];
  readonly durationMs: number;
}

export const verdicts = ['pass', 'fail', 'warn', 'skipped', 'leftOut'] as const;
export type Verdict = (typeof verdicts)[number];
export type Counts = Readonly<Record<Verdict, number>>;

export interface Report {
  readonly url: string;
  readonly results: readonly CheckResult[];
  /** `stopped` if the caller stopped the run; `silent` if the server stopped answering. */
  readonly ended: 'complete' | 'stopped' | 'silent';
  /** Paths of resources that the run created and could not delete. */
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

/** Groups the results by section. Sections and results stay in the order in which they ran. */
export function sectionsOf(results: readonly CheckResult[]): readonly SectionReport[] {
  const groups = Map.groupBy(results, ({ source, title }) => `${source}\n${title}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ source: first.source, title: first.title, results: group }];
  });
}
