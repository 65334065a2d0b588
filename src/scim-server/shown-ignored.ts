import type { DirectoryDeps } from '#directory/stored.ts';
import { maskPath, secretNamesOf } from '#request-log/masking.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';

/** Returns ignored attributes as they are shown and stored: the filter in a path can compare a secret attribute. */
export function shownIgnored(
  { schemas }: Pick<DirectoryDeps, 'schemas'>,
  ignored: readonly IgnoredAttribute[],
): readonly IgnoredAttribute[] {
  if (ignored.length === 0) return ignored;
  const isSecretName = secretNamesOf(schemas);
  return ignored.map((one) => ({ ...one, path: maskPath(one.path, isSecretName) }));
}
