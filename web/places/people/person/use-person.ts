import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useLiveRefresh } from '../../../data/live.ts';

export type User = Schemas['systemuser'];
export type TimelinePage = Awaited<ReturnType<typeof readTimeline>>;
export type Entry = TimelinePage['entries'][number];
export type Timeline = ReturnType<typeof useTimeline>;

const ENTRIES_PER_PAGE = 50;
/** The maximum number of groups that are read. */
export const GROUPS_MAX = 100;
/** Entries that arrive within this time are read together. */
const REFRESH_MS = 400;

function readTimeline(person: string, before: string | undefined, signal: AbortSignal) {
  const query = { person, limit: ENTRIES_PER_PAGE, ...(before !== undefined && { before }) };
  return read(api.GET('/api/timeline', { params: { query }, signal }));
}

/** What happened to a person, newest first, given by an id or any name. New entries appear as they happen. */
export function useTimeline(person: string) {
  const queries = useQueryClient();
  const timeline = useInfiniteQuery({
    queryKey: ['timeline', person],
    queryFn: ({ pageParam, signal }) => readTimeline(person, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ before }) => before,
    enabled: person !== '',
  });
  useLiveRefresh(() => {
    for (const queryKey of [['timeline'], ['user'], ['groups-of']]) void queries.invalidateQueries({ queryKey });
  }, REFRESH_MS);
  return timeline;
}

export function useUser(id: string) {
  return useQuery({
    queryKey: ['user', id],
    queryFn: ({ signal }) => read(api.GET('/api/systemusers/{id}', { params: { path: { id } }, signal })),
    enabled: id !== '',
  });
}

export function useGroupsOf(id: string, isAllowed: boolean) {
  return useQuery({
    queryKey: ['groups-of', id],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v2/users/{id}/memberof', { params: { path: { id }, query: { limit: GROUPS_MAX } }, signal })),
    enabled: isAllowed,
  });
}

/** Returns a function that reads everything about people again, after a change. */
export function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    const keys = [['user'], ['timeline'], ['people'], ['groups-of']];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
