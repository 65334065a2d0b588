import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useLive } from '../../../data/live.ts';
import { spanOf } from '../../../data/period.ts';
import type { LoggedRequest } from '../queries.ts';
import { isRequestId, matchesFilters, withArrived, type RequestFilters } from './request-lines.ts';

const PAGE_SIZE = 100;
/** The maximum number of requests that wait. Beyond, the list is read again. */
const WAITING_MAX = 500;

type Page = { readonly results: readonly LoggedRequest[]; readonly next?: string | undefined };

function queryOf(sourceId: string | undefined, filters: RequestFilters, now: Date) {
  const search = filters.search.trim();
  const { from, to } = spanOf(filters, now);
  return {
    ...(sourceId !== undefined && { source: sourceId }),
    limit: PAGE_SIZE,
    ...(search !== '' && (isRequestId(search) ? { id: search } : { person: search })),
    ...(filters.outcome !== '' && { outcome: filters.outcome }),
    ...(filters.method !== '' && { method: filters.method as 'POST' }),
    ...(filters.kind !== '' && { kind: filters.kind as Schemas['loggedrequest']['kind'] }),
    ...(filters.reason !== '' && { reason: filters.reason }),
    ...(filters.client !== '' && { client: filters.client }),
    ...(from !== '' && { from }),
    ...(to !== '' && { to }),
  };
}

/**
 * The requests of a source, or of all callers without one, with those that arrive.
 *
 * @param isHeld True while nothing may move: requests that arrive then wait until `show` is called, or until it is false.
 */
export function useRequests(sourceId: string | undefined, filters: RequestFilters, isHeld: boolean) {
  const queries = useQueryClient();
  const key = useMemo(() => ['requests', sourceId, filters] as const, [sourceId, filters]);
  const [waiting, setWaiting] = useState<{ readonly key: unknown; readonly requests: readonly LoggedRequest[] }>({
    key,
    requests: [],
  });
  const arrived = useMemo(() => (waiting.key === key ? waiting.requests : []), [waiting, key]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ signal, pageParam }): Promise<Page> =>
      await read(
        api.GET('/api/requests', {
          params: {
            query: { ...queryOf(sourceId, filters, new Date()), ...(pageParam !== '' && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    // What arrives is added to the list that is shown; reading it again would move it. A list that is shown again may lack some.
    staleTime: 0,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  });
  const { refetch } = list;
  const show = useCallback(() => {
    queries.setQueryData<InfiniteData<Page, string>>(key, (data) => {
      const [first, ...others] = data?.pages ?? [];
      if (data === undefined || first === undefined) return data;
      return { ...data, pages: [{ ...first, results: withArrived(first.results, arrived) }, ...others] };
    });
    setWaiting({ key, requests: [] });
  }, [queries, key, arrived]);
  const live = useLive(({ kind, data }) => {
    if (kind === 'reset') {
      void refetch();
      return;
    }
    const request = data as LoggedRequest;
    const isOfList = kind === 'request' && (sourceId === undefined || request.source?.id === sourceId);
    if (!isOfList || !matchesFilters(request, filters)) return;
    setWaiting((before) => ({
      key,
      requests: [request, ...(before.key === key ? before.requests : [])].slice(0, WAITING_MAX),
    }));
  });
  useEffect(() => {
    // What waited joins the list once nothing holds it.
    // oxlint-disable-next-line react/set-state-in-effect -- The list is the cache of the queries, outside this part.
    if (!isHeld && arrived.length > 0 && list.data !== undefined) show();
  }, [isHeld, arrived, list.data, show]);
  const requests = useMemo(() => list.data?.pages.flatMap(({ results }) => results) ?? [], [list.data]);
  return { list, requests, arrived, show, live };
}
