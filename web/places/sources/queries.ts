import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';

export type Source = Schemas['integration'];
export type Rules = Source['rules'];
export type RuleName = keyof Rules;
export type LoggedRequest = Schemas['loggedrequest'];
export type Key = Schemas['key'];

/** How often the numbers of the sources are counted again while the page is open. */
const ACTIVITY_INTERVAL_MS = 30_000;

/** All sources. The palette uses the same key. */
export function useSources() {
  const may = useMay();
  return useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => read(api.GET('/api/integrations', { signal })),
    enabled: may('integrations.read'),
  });
}

/** What the sources did in the last 24 hours, and what they own. */
export function useActivity() {
  const may = useMay();
  return useQuery({
    queryKey: ['sources', 'activity'],
    queryFn: async ({ signal }) => await read(api.GET('/api/integrations/activity', { signal })),
    enabled: may('integrations.read'),
    refetchInterval: ACTIVITY_INTERVAL_MS,
  });
}

export type Activity = NonNullable<ReturnType<typeof useActivity>['data']>['results'][number];

/** The keys of a source, without their secrets. */
export function useKeys(sourceId: string) {
  return useQuery({
    queryKey: ['sources', sourceId, 'keys'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/integrations/{id}/tokens', { params: { path: { id: sourceId } }, signal })),
  });
}

/** Returns a function that reads everything about the sources again. */
export function useSourcesChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => await queries.invalidateQueries({ queryKey: ['sources'] });
}
