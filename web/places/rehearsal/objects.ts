import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Group, Page, User } from '#entra/graph-api/client-types.ts';
import { graph } from './graph.ts';
import { REHEARSAL } from './queries.ts';

export type { Group, User } from '#entra/graph-api/client-types.ts';

const PAGE_SIZE = 100;
const userNames = ['displayName', 'userPrincipalName', 'mailNickname', 'mail', 'jobTitle', 'department'];
const groupNames = ['displayName', 'description'];

/**
 * Returns the $search of Graph for what a reader types: the beginning of a word of one of the properties.
 *
 * @example
 * searchOf('ann', ['displayName', 'mail']); // '"displayName:ann" OR "mail:ann"'
 */
function searchOf(text: string, properties: readonly string[]): { readonly search?: string } {
  const wanted = text.replaceAll('"', ' ').trim();
  if (wanted === '') return {};
  return { search: properties.map((property) => `"${property}:${wanted}"`).join(' OR ') };
}

export const userSearch = (text: string) => searchOf(text, userNames);
export const groupSearch = (text: string) => searchOf(text, groupNames);

const selected = [
  'id',
  'displayName',
  'userPrincipalName',
  'accountEnabled',
  'userType',
  'jobTitle',
  'department',
  'deletedDateTime',
];

/** The users of a tenant, or those that were deleted, page by page. */
export function useUsers(tenant: string, view: { readonly search: string; readonly isDeleted: boolean }) {
  const { search, isDeleted } = view;
  return usePages<User>([tenant, isDeleted ? 'deleted users' : 'users', search], tenant, async (signal) => {
    const options = { ...userSearch(search), select: selected, top: PAGE_SIZE, count: true };
    const { users, deletedUsers } = graph(tenant, signal);
    return await (isDeleted ? deletedUsers : users).list(options);
  });
}

/** The groups of a tenant, page by page. */
export function useGroups(tenant: string, search: string) {
  return usePages<Group>([tenant, 'groups', search], tenant, async (signal) => {
    const options = { ...groupSearch(search), top: PAGE_SIZE, count: true };
    return await graph(tenant, signal).groups.list(options);
  });
}

/** A list of the Graph API, page by page. The previous list is shown until the next one is there. */
export function usePages<Item>(
  key: readonly string[],
  tenant: string,
  first: (signal: AbortSignal) => Promise<Page<Item>>,
) {
  return useInfiniteQuery({
    queryKey: [REHEARSAL, ...key],
    queryFn: async ({ pageParam, signal }): Promise<Page<Item>> =>
      pageParam === undefined ? await first(signal) : await graph(tenant, signal).follow<Item>(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page['@odata.nextLink'],
    placeholderData: keepPreviousData,
  });
}
