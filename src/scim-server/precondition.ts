/** RFC 7644 §3.14: the headers by which a client says which version it means. */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Whether a version may be changed; undefined when the client does not care. What counts is the version in front of the
 * dot of an entity tag: what the directory computes into a resource is nothing that a client could overwrite.
 */
export function expectedVersion({ ifMatch, ifNoneMatch }: Preconditions): ((version: number) => boolean) | undefined {
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined;
  return (version) =>
    (ifMatch === undefined || names(ifMatch, String(version))) &&
    (ifNoneMatch === undefined || !names(ifNoneMatch, String(version)));
}

/** Whether the client already has just this representation: the answer is 304. */
export function isNotModified(ifNoneMatch: string | undefined, tag: string): boolean {
  return ifNoneMatch !== undefined && tagsOf(ifNoneMatch).some((other) => other === '*' || other === opaque(tag));
}

function names(header: string, version: string): boolean {
  return tagsOf(header).some((tag) => tag === '*' || tag.split('.', 1)[0] === version);
}

/** Compares weakly (RFC 9110 §8.8.3.2): W/"3" and "3" are the same version. What is no entity tag matches nothing. */
function tagsOf(header: string): readonly string[] {
  return header.split(',').flatMap((tag) => (tag.trim() === '*' ? ['*'] : (opaque(tag) ?? [])));
}

function opaque(tag: string): string | undefined {
  return /^\s*(?:W\/)?"([^"]*)"\s*$/.exec(tag)?.[1];
}
