import { secretsOf } from '#audit/event-body.ts';
import { maskPath, secretNamesOf } from '#request-log/masking.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import { shownPath } from '#scim/resource/ignored-attributes.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import type { Scope } from './resource-endpoint.ts';

/**
 * Returns ignored attributes as they are shown and stored: cut, and without secrets, which the filter in a path or the name itself can
 * contain.
 */
export function shownIgnored(
  { deps, caller }: Pick<Scope, 'deps' | 'caller'>,
  ignored: readonly IgnoredAttribute[],
): readonly IgnoredAttribute[] {
  if (ignored.length === 0) return ignored;
  const isSecretName = secretNamesOf(deps.schemas);
  const secrets = secretsOf(caller.origin);
  return ignored.map((one) => ({
    ...one,
    path: shownPath(secrets.replaceIn(maskPath(one.path, isSecretName), SECRET_MASK)),
  }));
}
