import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../data/client.ts';
import type { Source } from '../../data/sources.ts';

export type Rules = Source['rules'];
export type RuleName = keyof Rules;
export type LoggedRequest = Schemas['loggedrequest'];
export type Key = Schemas['key'];

/** How often the numbers of the sources are counted again while one of their pages is open. */
export const ACTIVITY_INTERVAL_MS = 30_000;

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
