import type { Context } from './context.ts';
import type { Feature, Need } from './need.ts';

/** The keyword of the standard. Breaking a MUST is a failure; breaking a SHOULD is a warning. */
export type Level = 'MUST' | 'SHOULD';

export interface Check {
  /** Identifies the check in reports, such as `create.location`. Unique and stable. */
  readonly id: string;
  readonly level: Level;
  /** The rule of the standard in plain words: one sentence that reads well without the other checks. */
  readonly requirement: string;
  /** The check is skipped unless the server supports all of these. */
  readonly needs: readonly Need[];
  /** The check runs only if the server lacks this feature, and tests how the server refuses requests that use the feature. */
  readonly unless: Feature | undefined;
  /** Throws CheckFailure if the server breaks the rule, and NotTestable if the check cannot run on this server. */
  readonly run: Run;
}

type Run = (context: Context) => Promise<void>;

/** Checks of one section of a standard, or of one page of documentation. */
export interface Section {
  /** The section, such as `RFC 7644 §3.3`, or the title of the page. */
  readonly source: string;
  readonly title: string;
  readonly needs?: readonly Need[];
  readonly checks: readonly Check[];
}

/**
 * Returns a check of a MUST requirement.
 *
 * @example
 * must('create.status', 'Creating a user returns 201.', async ({ scim, userBody }) => {
 *   expectStatus(await scim.post('/Users', userBody()), 201);
 * });
 */
export function must(id: string, requirement: string, run: Run, ...needs: readonly Need[]): Check {
  return { id, level: 'MUST', requirement, needs, unless: undefined, run };
}

export function should(id: string, requirement: string, run: Run, ...needs: readonly Need[]): Check {
  return { id, level: 'SHOULD', requirement, needs, unless: undefined, run };
}

/** Returns a check of a MUST requirement for servers without the feature: it tests how they refuse requests that use the feature. */
export function mustWithout(unless: Feature, id: string, requirement: string, run: Run): Check {
  return { id, level: 'MUST', requirement, needs: [], unless, run };
}
