import type { Context } from './context.ts';
import type { Feature, Need } from './need.ts';

/** The standard's word: breaking a SHOULD is a warning. */
export type Level = 'MUST' | 'SHOULD';

export interface Check {
  /** Unique, stable, and a name for reports: `create.location`. */
  readonly id: string;
  readonly level: Level;
  /** What is asked for, in our own words. */
  readonly requirement: string;
  readonly needs: readonly Need[];
  /** Runs only where the server lacks this: how it must refuse. */
  readonly unless: Feature | undefined;
  /** Throws CheckFailure. */
  readonly run: Run;
}

type Run = (context: Context) => Promise<void>;

/** Checks of one section of a standard, or of one page of documentation. */
export interface Section {
  /** `RFC 7644 §3.3`, or the title of the page. */
  readonly source: string;
  readonly title: string;
  readonly needs?: readonly Need[];
  readonly checks: readonly Check[];
}

export function must(id: string, requirement: string, run: Run, ...needs: readonly Need[]): Check {
  return { id, level: 'MUST', requirement, needs, unless: undefined, run };
}

export function should(id: string, requirement: string, run: Run, ...needs: readonly Need[]): Check {
  return { id, level: 'SHOULD', requirement, needs, unless: undefined, run };
}

/** How a server refuses what it says it does not support. */
export function mustWithout(unless: Feature, id: string, requirement: string, run: Run): Check {
  return { id, level: 'MUST', requirement, needs: [], unless, run };
}
