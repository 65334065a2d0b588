import type { JsonObject } from '#base/json.ts';
import type { Representation } from '#directory/representation.ts';

/** The position of a page in the list: its startIndex, or the cursors of the next and the previous page (RFC 9865 §2). */
export type PagingFields =
  | { readonly startIndex: number }
  | { readonly nextCursor?: string | undefined; readonly previousCursor?: string | undefined };

const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];

/** Returns the ListResponse for a page of a list (RFC 7644 §3.4.2). */
export function listResponse(
  resources: readonly JsonObject[],
  totalResults: number,
  pagingFields: PagingFields = { startIndex: 1 },
): JsonObject {
  return {
    schemas,
    totalResults,
    itemsPerPage: resources.length,
    ...Object.fromEntries(Object.entries(pagingFields).filter(([, value]) => value !== undefined)),
    Resources: resources,
  };
}

/** Like `listResponse`, but returns JSON text, from resources that are already JSON text. */
export function listText(
  resources: readonly Representation[],
  totalResults: number,
  pagingFields: PagingFields,
): string {
  const front = JSON.stringify({ schemas, totalResults, itemsPerPage: resources.length, ...pagingFields });
  return `${front.slice(0, -1)},"Resources":[${resources.map(({ text }) => text).join(',')}]}`;
}
