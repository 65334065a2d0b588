import { useThrottledCallback } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useLive } from '../../../data/live.ts';
import { useMay } from '../../../data/session.ts';
import type { LoggedRequest } from '../queries.ts';
import type { Arrivals } from './setup-state.ts';

const NEWEST = 50;
const CREATES = 20;
/** A cycle sends many requests: what has arrived is read at most this often. */
const THROTTLE_MS = 1_000;

/** What has arrived from a source; it is read again whenever something arrives. */
export function useArrivals(sourceId: string) {
  const queries = useQueryClient();
  const isAllowed = useMay()('requests.read');
  const arrivals = useQuery({
    queryKey: ['arrivals', sourceId],
    queryFn: async ({ signal }): Promise<Arrivals> => {
      const query = { source: sourceId };
      const [newest, creates] = await Promise.all([
        read(api.GET('/api/requests', { params: { query: { ...query, limit: NEWEST } }, signal })),
        read(api.GET('/api/requests', { params: { query: { ...query, kind: 'create', limit: CREATES } }, signal })),
      ]);
      return {
        newest: newest.results,
        creates: creates.results.filter(({ resourceType }) => resourceType === 'User'),
      };
    },
    enabled: isAllowed,
  });
  const refresh = useThrottledCallback(() => {
    void queries.invalidateQueries({ queryKey: ['arrivals', sourceId] });
    void queries.invalidateQueries({ queryKey: ['sources'] });
  }, THROTTLE_MS);
  const live = useLive(({ kind, data }) => {
    if (kind === 'reset' || (kind === 'request' && (data as LoggedRequest).source?.id === sourceId)) refresh();
  }, isAllowed);
  return { arrivals, live, isAllowed };
}

/** How often the set-up asks for requests whose token is not known: no source has them, so that nothing announces them. */
const UNIDENTIFIED_INTERVAL_MS = 3_000;

export type UnidentifiedSender = Schemas['unidentifiedsender'];

/** Requests whose token is not known, most recent first. */
export function useUnidentified(isOn: boolean) {
  return useQuery({
    queryKey: ['unidentified'],
    queryFn: async ({ signal }) => (await read(api.GET('/api/requests/unidentified', { signal }))).results,
    enabled: isOn,
    refetchInterval: UNIDENTIFIED_INTERVAL_MS,
  });
}
