import type { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { IgnoredAttribute, UnknownAttributePolicy } from '#scim/patch/operation.ts';

/** Entries of one report: the activity log shows them to a person. */
export const IGNORED_MAX = 100;
/** UTF-16 units of an ignored attribute's name: the client chose it. */
export const IGNORED_PATH_LENGTH_MAX = 256;

/** Collects what a request has and the directory does not take; by path, since each of many members may repeat it. */
export type IgnoredReport = Map<string, IgnoredAttribute['reason']>;

export function reportIgnored(report: IgnoredReport, path: string, reason: IgnoredAttribute['reason']): void {
  const shown = path.length <= IGNORED_PATH_LENGTH_MAX ? path : `${path.slice(0, IGNORED_PATH_LENGTH_MAX)}…`;
  report.set(shown, reason);
}

/**
 * The report as a list of at most IGNORED_MAX entries. Throws `unknownAttribute`, which names all unknown attributes,
 * when the integration rejects them.
 */
export function ignoredAttributes(report: IgnoredReport, policy: UnknownAttributePolicy): readonly IgnoredAttribute[] {
  const ignored = [...report].map(([path, reason]) => ({ path, reason }));
  const unknown = ignored.flatMap(({ path, reason }) => (reason === 'unknown' ? [path] : []));
  if (policy === 'reject' && unknown.length > 0) throw unknownAttributeError(unknown);
  return ignored.slice(0, IGNORED_MAX);
}

function unknownAttributeError(unknown: readonly string[]): AppError {
  return refusal(
    'attributesUnknown',
    { names: unknown.slice(0, IGNORED_MAX), count: unknown.length },
    { attribute: unknown[0] },
  );
}
