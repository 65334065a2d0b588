import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';

/** The path of the SCIM server, below the public URL. */
export const SCIM_PREFIX = '/scim/v2';

/** The path of each resource type, below the base URL. */
export const endpointPaths = { User: '/Users', Group: '/Groups' } as const satisfies Record<ResourceTypeName, string>;

/**
 * Returns the path of a resource below the public URL; that of its endpoint if the id is empty.
 *
 * @example
 * resourcePath('User', 'a/b'); // '/scim/v2/Users/a%2Fb'
 */
export function resourcePath(type: ResourceTypeName, id: string): string {
  // A client can send any text in the place of an id.
  const segment = encodeURIComponent(id.toWellFormed()).replaceAll('%3A', ':');
  return `${SCIM_PREFIX}${endpointPaths[type]}${id === '' ? '' : `/${segment}`}`;
}
