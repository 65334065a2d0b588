import { refusal } from '#base/reasons/refusal.ts';
import { TranslatedError } from '#base/translated-error.ts';

export interface ExpectedVersion {
  /** Returns true if the version matches the client's If-Match header; undefined if the client sent no If-Match header. */
  readonly expectedVersion: ((version: number) => boolean) | undefined;
}

type Kind = 'user' | 'group';

/**
 * Returns `found`, the resource that a request refers to. Throws `resourceNotFound` (404) if `found` is undefined, and
 * `versionMismatch` (412, RFC 7644 §3.14) if its version is not the expected one.
 */
export function requireRequested<Resource extends { readonly version: number }>(
  kind: Kind,
  id: string,
  found: Resource | undefined,
  { expectedVersion }: ExpectedVersion = { expectedVersion: undefined },
): Resource {
  if (found === undefined) {
    throw refusal('resourceUnknown', { kind, id }, { attribute: 'id', value: id });
  }
  if (expectedVersion === undefined || expectedVersion(found.version)) return found;
  throw new TranslatedError('versionMismatch', ({ admin }) => admin.users.otherVersion(kind, id, found.version), {
    attribute: 'meta.version',
    value: found.version,
  });
}
