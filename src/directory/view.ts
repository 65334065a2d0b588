import type { Selection } from '#scim/resource/project.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';

/** The parts of a resource that a response contains, and the base URL of its links. */
export interface View {
  /** The URL of the SCIM endpoints, without a trailing slash. */
  readonly baseUrl: string;
  readonly selection: Selection;
  /** The maximum number of members, if the request selects a page of the members of one group. */
  readonly elementsMax?: number | undefined;
}

export function locationOf(baseUrl: string, schema: ResourceSchema, id: string): string {
  return `${baseUrl}${schema.endpoint}/${id}`;
}
