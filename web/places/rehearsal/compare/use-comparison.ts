import { useQuery, useQueryClient } from '@tanstack/react-query';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';

/** The maximum number of failed objects that are read, to say why they differ. */
const FAILURES_MAX = 999;

/** The last comparison of this page. It is started by the reader, and kept until another one is there. */
export function useComparison(tenant: string, application: string, job: string) {
  const queries = useQueryClient();
  const queryKey = ['comparison', REHEARSAL, tenant, job];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const client = graph(tenant, signal).job(application, job);
      const comparison = await client.compare();
      const escrows = await client.escrows(FAILURES_MAX);
      return { comparison, escrows: escrows.value };
    },
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return { ...query, stop: () => void queries.cancelQueries({ queryKey }) };
}
