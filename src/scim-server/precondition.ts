import { entityTag } from '#directory/resources.ts';

/** Whether a version satisfies an If-Match header (RFC 7644 §3.14); undefined when there is none. */
export function ifMatch(header: string | undefined): ((version: number) => boolean) | undefined {
  return header === undefined ? undefined : (version) => tagsMatch(header, version);
}

/** Whether the client already has this version: the answer is 304. */
export function isNotModified(ifNoneMatch: string | undefined, version: number): boolean {
  return ifNoneMatch !== undefined && tagsMatch(ifNoneMatch, version);
}

/** Compares weakly: W/"3" and "3" are the same version. */
function tagsMatch(header: string, version: number): boolean {
  const wanted = opaque(entityTag(version));
  return header.split(',').some((tag) => tag.trim() === '*' || opaque(tag.trim()) === wanted);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}
