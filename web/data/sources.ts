import { useQuery } from '@tanstack/react-query';
import { api, read, type Schemas } from './client.ts';
import { useMay } from './session.ts';

export type Source = Schemas['integration'];

/** All sources, for readers whose role includes them. */
export function useSources() {
  const may = useMay();
  return useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => read(api.GET('/api/integrations', { signal })),
    enabled: may('integrations.read'),
  });
}

/**
 * Returns the sources as the choices of a filter; undefined if a filter by source would be useless. While the sources are read, there are no
 * choices, so that the filter has its place from the beginning.
 */
export function useSourceChoices(): readonly (readonly [id: string, name: string])[] | undefined {
  const { data, isEnabled } = useSources();
  if (data === undefined) return isEnabled ? [] : undefined;
  return data.length === 0 ? undefined : data.map(({ id, name }) => [id, name] as const);
}

/** Returns the name of a source by its id. */
export function useSourceName(): (id: string | null | undefined) => string | undefined {
  const { data } = useSources();
  return (id) => data?.find((source) => source.id === id)?.name;
}

/**
 * What the sources did in the last 24 hours, and what they own.
 *
 * @param everyMs How often it is counted again while the page is open, in milliseconds.
 */
export function useActivity(everyMs: number) {
  const may = useMay();
  return useQuery({
    queryKey: ['sources', 'activity'],
    queryFn: ({ signal }) => read(api.GET('/api/integrations/activity', { signal })),
    enabled: may('integrations.read'),
    refetchInterval: everyMs,
    // Requests can have arrived since another page asked.
    refetchOnMount: 'always',
  });
}

export type Activity = NonNullable<ReturnType<typeof useActivity>['data']>['results'][number];
