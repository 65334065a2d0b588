import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';

export interface ExpectedVersion {
  /** Whether the client accepts this version (If-Match); undefined when it does not care. */
  readonly expectedVersion: ((version: number) => boolean) | undefined;
}

type Kind = 'user' | 'group';

/** The resource that a request is about. Throws resourceNotFound (404) and versionMismatch (412, RFC 7644 §3.14). */
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
  throw new AppError(
    'versionMismatch',
    `The ${kind} ${id} is at version W/"${found.version}" by now. Read it again and repeat the change.`,
    { attribute: 'meta.version', value: found.version },
  );
}
