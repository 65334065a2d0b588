import { cutText } from '#base/cut-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { IgnoredAttribute, UnknownAttributePolicy } from '#scim/patch/operation.ts';

export interface UnknownAttributes {
  readonly unknownAttributes: UnknownAttributePolicy;
  /** The name of the integration that has this rule, for the advice in an error. */
  readonly integration?: string | undefined;
}

/** The maximum number of ignored attributes in an event or an error, since a person reads them. */
export const IGNORED_MAX = 100;
/** The maximum length of a reported name in UTF-16 code units, since the client chose the name. */
export const IGNORED_PATH_LENGTH_MAX = 256;

/** The maximum number of different unknown attributes in one request. No schema has this many attributes. */
export const IGNORED_NAMES_MAX = 5_000;

/** The ignored attributes of a request, by path, so that an attribute that many elements repeat is reported once. */
export type IgnoredReport = Map<string, IgnoredAttribute['reason']>;

/** Adds an ignored attribute to the report. Throws `tooManyKeys` for more than IGNORED_NAMES_MAX different paths. */
export function reportIgnored(report: IgnoredReport, path: string, reason: IgnoredAttribute['reason']): void {
  report.set(path, reason);
  if (report.size <= IGNORED_NAMES_MAX) return;
  const shown = shownPath(path);
  throw new AppError(
    'tooManyKeys',
    `The request has more than ${IGNORED_NAMES_MAX} different attributes that the directory does not have, such as ${quote(shown)}. Send only attributes that /Schemas lists.`,
    { attribute: shown },
  );
}

/**
 * Returns the report as a list. If the integration rejects unknown attributes and there are any, throws an error that lists
 * them: `unknownPath` (`invalidPath` in SCIM) if one of them is the path of a PATCH operation, otherwise `unknownAttribute`.
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

/** Returns the path of an ignored attribute as it is shown. Before it is stored, its secrets are replaced, and only then is it cut. */
export function shownPath(path: string): string {
  return cutText(path, IGNORED_PATH_LENGTH_MAX);
}

const noPaths: ReadonlySet<string> = new Set();

function unknownAttributeError(unknown: readonly string[], isPath: boolean, integration: string | undefined): AppError {
  return refusal(
    isPath ? 'pathsUnknown' : 'attributesUnknown',
    { names: unknown.slice(0, IGNORED_MAX).map(shownPath), count: unknown.length, integration },
    { attribute: shownPath(unknown[0] ?? '') },
  );
}
