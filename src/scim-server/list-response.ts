import type { JsonObject } from '#base/json.ts';

/** RFC 7644 §3.4.2: the answer to every query. */
export function listResponse(resources: readonly JsonObject[], totalResults: number, startIndex = 1): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
