import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** The server did not answer, or a proxy in front of it says so. */
const UNREACHABLE: ReadonlySet<number> = new Set([0, 502, 503, 504]);
/** The number of times that a request is sent again if the server did not answer. */
const RETRIES_MAX = 30;

/** Returns what keeps the answers of the server, and asks again if the server did not answer. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) =>
          error instanceof ApiError && UNREACHABLE.has(error.status) && failures < RETRIES_MAX,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
        // Only our own server counts: it can be reached without a connection to other networks.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
