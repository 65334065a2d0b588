import { opaqueTag, tagsOf } from '#base/entity-tag.ts';

/** The headers by which a client makes a request conditional on a version (RFC 7644 §3.14). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Returns a function that returns true for the versions that the request may change; undefined if the request has no condition. Compares
 * only the version before the dot of an entity tag: the part after the dot represents computed values, which clients cannot overwrite.
 *
 * @example
 * expectedVersion({ ifMatch: 'W/"3.abc"', ifNoneMatch: undefined })?.(3); // true
 */
export function expectedVersion({ ifMatch, ifNoneMatch }: Preconditions): ((version: number) => boolean) | undefined {
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  return (version) =>
    (ifMatch === undefined || names(ifMatch, String(version))) &&
    (ifNoneMatch === undefined || !names(ifNoneMatch, String(version)));
}

/** True if the client already has exactly this representation, so that the response is 304. */
export function isNotModified(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && tagsOf(ifNoneMatch).some((other) => other === '*' || other === opaqueTag(tag));
}

function names(header: string, version: string): boolean {
  return tagsOf(header).some((tag) => tag === '*' || tag.split('.', 1)[0] === version);
}
