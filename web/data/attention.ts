import { useQuery } from '@tanstack/react-query';
import { api, read, type Schemas } from './client.ts';
import { useMay } from './session.ts';

export type AttentionItem = Schemas['attentionitem'];

/** How often it is counted again while a page is open. */
const REFRESH_MS = 60_000;

/** What needs attention; nothing for a role that may not read events. */
export function useAttention() {
  const isAllowed = useMay()('events.read');
  return useQuery({
    queryKey: ['attention'],
    queryFn: ({ signal }) => read(api.GET('/api/attention', { signal })),
    enabled: isAllowed,
    staleTime: REFRESH_MS / 2,
    refetchInterval: REFRESH_MS,
  });
}
