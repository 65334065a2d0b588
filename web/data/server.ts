import { useQuery } from '@tanstack/react-query';
import { api, read } from './client.ts';

/** How often the space is measured again while a page shows it. */
const REFRESH_MS = 300_000;
/** Less free space than this needs attention: `tanhua doctor` warns below it, too. */
export const FREE_BYTES_MIN = 1024 ** 3;

/** The versions of the server and of its database; their space for an administrator of the installation. */
export function useServer() {
  return useQuery({
    queryKey: ['server'],
    queryFn: ({ signal }) => read(api.GET('/api/server', { signal })),
    staleTime: REFRESH_MS / 5,
    refetchInterval: REFRESH_MS,
  });
}
