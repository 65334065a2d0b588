import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Page, ProvisioningLog } from '#entra/graph-api/client-types.ts';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';

const PAGE_SIZE = 50;

/** The entries of a filter, newest first, page by page. */
export function useLogs(tenant: string, filter: string) {
  return useInfiniteQuery({
    queryKey: [REHEARSAL, tenant, 'logs', filter],
    queryFn: async ({ pageParam, signal }): Promise<Page<ProvisioningLog>> => {
      const client = graph(tenant, signal);
      return pageParam === undefined
        ? await client.logs.list({ filter, top: PAGE_SIZE })
        : await client.follow<ProvisioningLog>(pageParam);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page['@odata.nextLink'],
    placeholderData: keepPreviousData,
  });
}

/** An entry with its requests. */
export function useLog(tenant: string, id: string) {
  return useQuery({
    queryKey: [REHEARSAL, tenant, 'log', id],
    queryFn: async ({ signal }) => {
      const { logs } = graph(tenant, signal);
      const [log, wire] = await Promise.all([logs.get(id), logs.wire(id)]);
      return { log, wire };
    },
    // An entry never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
