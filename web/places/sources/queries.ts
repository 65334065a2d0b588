import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import type { Source } from '../../data/sources.ts';
import type { Key } from '../../parts/api-keys/key-table.tsx';
import { productOf, type Product } from './setup/product.ts';

export type { Key };
export type LoggedRequest = Schemas['loggedrequest'];

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

/** The product that a source is: the one that sent its newest request, or else the one that its name says. */
export function useProduct(source: Source, isNeeded = true): Product {
  const isAllowed = useMay()('requests.read');
  const { data } = useQuery({
    queryKey: ['sources', source.id, 'newest-request'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/requests', { params: { query: { source: source.id, limit: 1 } }, signal })),
    enabled: isAllowed && isNeeded,
    staleTime: ACTIVITY_INTERVAL_MS,
  });
  return productOf(source, data?.results ?? []);
}

/** Returns a function that reads everything about the sources again. */
export function useSourcesChanged(): () => Promise<void> {
  const queries = useQueryClient();
  // The rules decide what needs attention, and what to do about a refused person.
  const keys = [['sources'], ['attention'], ['timeline'], ['exchange']];
  return async () => {
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
