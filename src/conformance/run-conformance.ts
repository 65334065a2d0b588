import { randomBytes } from 'node:crypto';
import { AppError } from '#base/errors.ts';
import { withoutEnd } from '#base/without-ends.ts';
import { readCapabilities, type Capabilities } from './capabilities.ts';
import type { Check, Section } from './check.ts';
import { NoAnswer, openClient, Stopped, type Exchange } from './client.ts';
import { createContext, type Context } from './context.ts';
import { CheckFailure, NotTestable } from './expect.ts';
import { createResourceList, type CreatedResources } from './created-resources.ts';
import type { CheckResult, Report } from './report.ts';

export interface RunOptions {
  /** The base URL of the server, such as https://example.com/scim/v2. A query string is ignored. */
  readonly url: string;
  readonly token: string;
  /** Leaves out the checks that need groups. */
  readonly usersOnly: boolean;
  readonly timeoutMs: number;
  /** Stops the run. The resources that it has created are still deleted. */
  readonly signal: AbortSignal;
  readonly onResult?: (result: CheckResult) => void;
}

export const TIMEOUT_MS_DEFAULT = 30_000;
/** The number of consecutive unanswered requests after which the server is assumed to be down and the run ends. */
export const UNANSWERED_REQUESTS_MAX = 3;

interface Running {
  /** Exchanges of the current check. */
  exchanges: Exchange[];
  /** The number of consecutive requests that the server has not answered. */
  unansweredCount: number;
}

/**
 * Runs the checks sequentially and then deletes the resources that they created. Throws `usage` if `url` is not the URL of a server, and
 * `targetUnavailable` if there is no SCIM server that accepts the token.
 *
 * @example
 * const { results } = await runConformance(allSections, {
 *   url: 'https://example.com/scim/v2', token, usersOnly: false, timeoutMs: TIMEOUT_MS_DEFAULT, signal,
 * });
 * const failed = results.filter(({ verdict }) => verdict === 'fail');
 */
export async function runConformance(sections: readonly Section[], options: RunOptions): Promise<Report> {
  const url = baseUrlOf(options.url);
  const prefix = `tc${randomBytes(4).toString('hex')}`;
  const created = createResourceList();
  const running: Running = { exchanges: [], unansweredCount: 0 };
  const onExchange = (exchange: Exchange): void => {
    running.exchanges.push(exchange);
    running.unansweredCount = exchange.answer === undefined ? running.unansweredCount + 1 : 0;
    created.record(exchange);
  };
  const scim = openClient({ ...options, url, onExchange });
  const results: CheckResult[] = [];
  let leftBehind: readonly string[] = [];
  let ended: Report['ended'] = 'complete';
  try {
    const context = createContext(scim, await readCapabilities(scim), prefix);
    ended = await runSections(sections, options, { context, running, results });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    ended = 'stopped';
  } finally {
    leftBehind = await cleanUp(created, options, url, prefix);
  }
  return { url, results, ended, leftBehind };
}

interface Progress {
  readonly context: Context;
  readonly running: Running;
  readonly results: CheckResult[];
}

async function runSections(
  sections: readonly Section[],
  options: RunOptions,
  { context, running, results }: Progress,
): Promise<Report['ended']> {
  for (const section of sections) {
    for (const check of section.checks) {
      // Omits checks of how a server refuses a feature that it lacks, if this server has the feature.
      if (check.unless !== undefined && context.capabilities.supports(check.unless)) continue;
      running.exchanges = [];
      const result = await runCheck(section, check, options, { context, running, results });
      results.push(result);
      options.onResult?.(result);
      if (running.unansweredCount >= UNANSWERED_REQUESTS_MAX) return 'silent';
    }
  }
  return 'complete';
}

async function runCheck(
  section: Section,
  check: Check,
  options: RunOptions,
  { context, running }: Progress,
): Promise<CheckResult> {
  const about = { source: section.source, title: section.title, ...pick(check) };
  const reason = reasonToSkip(section, check, options, context.capabilities);
  if (reason !== undefined) return { ...about, ...reason, exchanges: [], durationMs: 0 };
  const startedAt = performance.now();
  const done = (): Pick<CheckResult, 'durationMs' | 'exchanges'> => ({
    durationMs: performance.now() - startedAt,
    exchanges: running.exchanges,
  });
  try {
    await check.run(context);
    return { ...about, verdict: 'pass', ...done(), exchanges: [] };
  } catch (error) {
    if (error instanceof NotTestable)
      return { ...about, verdict: 'skipped', reason: error.message, ...done(), exchanges: [] };
    const verdict = check.level === 'MUST' ? 'fail' : 'warn';
    if (error instanceof CheckFailure) {
      const { what, expected, got } = error;
      return { ...about, verdict, failure: { what, expected, got }, ...done() };
    }
    if (!(error instanceof NoAnswer)) throw error;
    const failure = { what: 'the response', expected: 'a response', got: error.message };
    return { ...about, verdict: 'fail', failure, ...done() };
  }
}

function pick({ id, level, requirement }: Check): Pick<CheckResult, 'id' | 'level' | 'requirement'> {
  return { id, level, requirement };
}

function reasonToSkip(
  section: Section,
  check: Check,
  { usersOnly }: RunOptions,
  capabilities: Capabilities,
): { readonly verdict: 'skipped' | 'leftOut'; readonly reason: string } | undefined {
  // A check of how a server refuses a missing feature has to run even if the whole section needs that feature.
  const needs = check.unless === undefined ? [...(section.needs ?? []), ...check.needs] : check.needs;
  if (usersOnly && needs.some((need) => need === 'groups' || need.startsWith('Group.'))) {
    return { verdict: 'leftOut', reason: 'excluded by --users-only' };
  }
  const missing = needs.find((need) => !capabilities.supports(need));
  return missing === undefined ? undefined : { verdict: 'skipped', reason: capabilities.reason(missing) };
}

/** Uses a separate client, because the client of a stopped run sends no further requests. */
async function cleanUp(
  created: CreatedResources,
  options: RunOptions,
  url: string,
  prefix: string,
): Promise<readonly string[]> {
  const signal = new AbortController().signal;
  return await created.remove(openClient({ ...options, url, signal, onExchange: () => {} }), prefix);
}

/** Throws `usage` if the text is not an http or https URL. */
function baseUrlOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AppError(
      'usage',
      `--url is "${text}": it must be the base URL of a SCIM server, such as https://…/scim/v2.`,
    );
  }
  return url.origin + withoutEnd(url.pathname, (character) => character === '/');
}
