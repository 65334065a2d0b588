import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';

/** The keys that the reader may see: the own ones, and with the permission for it all of them. */
export function useAllKeys() {
  const may = useMay();
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => read(api.GET('/api/keys', { signal })),
    enabled: may('keys.own'),
  });
}

/** Returns a function that reads the keys again, also those of the sources, and what needs attention. */
export function useKeysChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const changed = [['keys'], ['sources'], ['attention']];
    await Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
