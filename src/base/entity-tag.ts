import { createHash } from 'node:crypto';
import { TranslatedError, type Messages } from './translated-error.ts';

const DIGEST_LENGTH = 22;

/**
 * Returns the entity tag of a content that has no version number (RFC 9110 §8.8.3): a digest of its JSON, in quotation marks.
 *
 * @example
 * contentTag({ id: 'urn:contoso:User' }); // '"Jt1d…"'
 */
export function contentTag(content: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, DIGEST_LENGTH)}"`;
}

/** Returns the opaque part of an entity tag for weak comparison (RFC 9110 §8.8.3.2): of W/"3" and "3" it is 3. */
export function opaqueTag(tag: string): string | undefined {
  return /^\s*(?:W\/)?"([^"]*)"\s*$/.exec(tag)?.[1];
}

/** Returns the opaque tags of If-Match or If-None-Match, or '*'. Leaves out other texts. */
export function tagsOf(header: string): readonly string[] {
  return header.split(',').flatMap((tag) => (tag.trim() === '*' ? ['*'] : (opaqueTag(tag) ?? [])));
}

/**
 * Throws `versionMismatch` (412) if If-Match names other versions than the stored one, so that two administrators do not overwrite each
 * other. Without the header, every version may be changed.
 *
 * @param what Names the resource in the message, such as `The schema "urn:contoso:User"`.
 * @param tag The entity tag of what is stored.
 */
export function requireMatch(what: (messages: Messages) => string, ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined) return;
  if (tagsOf(ifMatch).some((one) => one === '*' || one === opaqueTag(tag))) return;
  throw new TranslatedError('versionMismatch', (messages) => messages.admin.schemas.changed(what(messages), tag), {
    attribute: 'If-Match',
    value: ifMatch,
  });
}
