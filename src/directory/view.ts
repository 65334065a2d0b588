import type { Selection } from '#scim/resource/project.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';

/** How an answer is to look. */
export interface View {
  /** Where the SCIM endpoints are, without a trailing slash. */
  readonly baseUrl: string;
  readonly selection: Selection;
  /** Members at most, where one group is asked for a page of them. */
  readonly elementsMax?: number | undefined;
}

export function locationOf(baseUrl: string, schema: ResourceSchema, id: string): string {
  return `${baseUrl}${schema.endpoint}/${id}`;
}
