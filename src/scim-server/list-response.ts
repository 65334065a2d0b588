import type { JsonObject } from '#base/json.ts';
import type { Representation } from '#directory/representation.ts';

/** What tells a page from the others: where it begins, or how its neighbors are asked for (RFC 9865 §2). */
export type PageMarks =
  | { readonly startIndex: number }
  | { readonly nextCursor?: string | undefined; readonly previousCursor?: string | undefined };

const schemas = ['urn:ietf:params:scim:api:messages:2.0:ListResponse'];

/** RFC 7644 §3.4.2: the answer to every query. */
export function listResponse(
  resources: readonly JsonObject[],
  totalResults: number,
  marks: PageMarks = { startIndex: 1 },
): JsonObject {
  return {
    schemas,
    totalResults,
    itemsPerPage: resources.length,
    ...Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined)),
    Resources: resources,
  };
}

/** The same as JSON, of resources that are JSON already. */
export function listText(resources: readonly Representation[], totalResults: number, marks: PageMarks): string {
  const front = JSON.stringify({ schemas, totalResults, itemsPerPage: resources.length, ...marks });
  return `${front.slice(0, -1)},"Resources":[${resources.map(({ text }) => text).join(',')}]}`;
}
