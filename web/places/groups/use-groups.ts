import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { paths } from '../../contracts/api.ts';
import { api, ApiError, read, type Schemas } from '../../data/client.ts';
import { isNoRequest, useLiveRefresh } from '../../data/live.ts';

export type ListedGroup = Schemas['listedgroup'];
export type GroupDetails = Schemas['groupdetails'];
type Query = NonNullable<paths['/api/groups']['get']['parameters']['query']>;

const PAGE_SIZE = 100;
/** What arrives within this time is read together. */
const REFRESH_MS = 300;

/** The parameters of the list in the URL, each with its value where the URL has none. */
export const groupsView = { search: '', source: '', sort: 'name', order: 'asc' } as const;
const sorts = ['name', 'created', 'lastChanged'] as const;
export type GroupSort = (typeof sorts)[number];

/** Returns the order that a text of the URL names, or else that by name. */
export function sortOf(text: string): GroupSort {
  return sorts.find((sort) => sort === text) ?? 'name';
}

/** The groups of a view, page by page. The previous list is shown until the next one is there. */
export function useGroups(view: { readonly [Name in keyof typeof groupsView]: string }) {
  const search = view.search.trim();
  const query: Query = {
    sort: sortOf(view.sort),
    order: view.order === 'desc' ? 'desc' : 'asc',
    limit: PAGE_SIZE,
    ...(search !== '' && { search }),
    ...(view.source !== '' && { source: view.source }),
  };
  return useInfiniteQuery({
    queryKey: ['groups', query],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/api/groups', {
          params: { query: { ...query, ...(pageParam !== undefined && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** A group; null if it does not exist, so that its page stays while it is read again. */
export function useGroup(id: string) {
  return useQuery({
    queryKey: ['group', id],
    queryFn: async ({ signal }): Promise<GroupDetails | null> => {
      try {
        return await read(api.GET('/api/groups/{id}', { params: { path: { id } }, signal }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Returns a function that reads everything about groups again, after a change. */
export function useGroupsChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const keys = [['groups'], ['group'], ['group-events'], ['people']];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}

/** Reads groups again when something happened. */
export function useLiveGroups(): void {
  const changed = useGroupsChanged();
  useLiveRefresh(() => void changed(), REFRESH_MS, isNoRequest);
}
