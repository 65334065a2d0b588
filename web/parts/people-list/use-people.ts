import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../data/client.ts';
import { isNoRequest, useLiveRefresh } from '../../data/live.ts';
import type { PeopleQuery } from './people-filter.ts';

/** The number of people that one request returns. */
export const PAGE_SIZE = 100;
/** Pages far from the window are forgotten after this time, so that the memory of a long list stays flat. */
const KEPT_MS = 30_000;
/** What arrives within this time is read together. */
const REFRESH_MS = 1_000;

export type Person = Schemas['presentperson'] | Schemas['refusedperson'];

/** The page of people after `page` pages. Its key says all that the answer depends on, so that answers cannot come out of order. */
export function pageOptions(query: PeopleQuery, page: number) {
  return {
    queryKey: ['people', query, page] as const,
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      read(
        api.GET('/api/people', {
          params: { query: { ...query, limit: PAGE_SIZE, ...(page > 0 && { skip: page * PAGE_SIZE }) } },
          signal,
        }),
      ),
    gcTime: KEPT_MS,
  };
}

/** The first page, which also has the totals. The previous one is shown until it is there. */
export function useFirstPage(query: PeopleQuery) {
  return useQuery({ ...pageOptions(query, 0), placeholderData: keepPreviousData });
}

/** Returns the person at a position, from the first page and those near the window; undefined while it is being loaded. */
export function useFurtherPages(
  query: PeopleQuery,
  first: readonly Person[],
  pages: readonly number[],
): (index: number) => Person | undefined {
  const wanted = pages.filter((page) => page > 0);
  const results = useQueries({ queries: wanted.map((page) => pageOptions(query, page)) });
  const loaded = new Map(wanted.map((page, position) => [page, results[position]?.data?.results] as const));
  return (index) => {
    const page = Math.floor(index / PAGE_SIZE);
    return page === 0 ? first[index] : loaded.get(page)?.[index % PAGE_SIZE];
  };
}

/** Reads the lists again when something happened, at most once in a second. */
export function useLivePeople(): void {
  const queries = useQueryClient();
  useLiveRefresh(() => void queries.invalidateQueries({ queryKey: ['people'] }), REFRESH_MS, isNoRequest);
}
