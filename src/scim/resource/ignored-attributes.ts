import { AppError, quote } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { IgnoredAttribute, UnknownAttributePolicy } from '#scim/patch/operation.ts';

export interface UnknownAttributes {
  readonly unknownAttributes: UnknownAttributePolicy;
  /** The name of the integration whose rule that is, for the advice of a refusal. */
  readonly integration?: string | undefined;
}

/** Entries that an event keeps and an error names: a person reads them. */
export const IGNORED_MAX = 100;
/** UTF-16 units of an ignored attribute's name: the client chose it. */
export const IGNORED_PATH_LENGTH_MAX = 256;

/** Different attributes of one request that the directory does not have: more than any schema has. */
export const IGNORED_NAMES_MAX = 5_000;

/** Collects what a request has and the directory does not take; by path, since each of many members may repeat it. */
export type IgnoredReport = Map<string, IgnoredAttribute['reason']>;

/** Throws tooManyKeys past IGNORED_NAMES_MAX different paths. */
export function reportIgnored(report: IgnoredReport, path: string, reason: IgnoredAttribute['reason']): void {
  const shown = path.length <= IGNORED_PATH_LENGTH_MAX ? path : `${path.slice(0, IGNORED_PATH_LENGTH_MAX)}…`;
  report.set(shown, reason);
  if (report.size <= IGNORED_NAMES_MAX) return;
  throw new AppError(
    'tooManyKeys',
    `The request has more than ${IGNORED_NAMES_MAX} different attributes that the directory does not have, such as ${quote(shown)}. Send only attributes of /Schemas.`,
    { attribute: shown },
  );
}

/**
 * The report as a list. When the integration rejects unknown attributes, throws
 * `unknownAttribute`, or `unknownPath` (invalidPath) where one of them is the path of a PATCH operation; both name them all.
 */
export function ignoredAttributes(
  report: IgnoredReport,
  { unknownAttributes, integration }: UnknownAttributes,
  unknownPaths: ReadonlySet<string> = noPaths,
): readonly IgnoredAttribute[] {
  const ignored = [...report].map(([path, reason]) => ({ path, reason }));
  const unknown = ignored.flatMap(({ path, reason }) => (reason === 'unknown' ? [path] : []));
  if (unknownAttributes === 'reject' && unknown.length > 0) {
    throw unknownAttributeError(unknown, unknownPaths.size > 0, integration);
  }
  return ignored;
}

const noPaths: ReadonlySet<string> = new Set();

function unknownAttributeError(unknown: readonly string[], isPath: boolean, integration: string | undefined): AppError {
  return refusal(
    isPath ? 'pathsUnknown' : 'attributesUnknown',
    { names: unknown.slice(0, IGNORED_MAX), count: unknown.length, integration },
    { attribute: unknown[0] },
  );
}
