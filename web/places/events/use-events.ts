import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, read, type Schemas } from '../../data/client.ts';
import { useLive, type LiveState } from '../../data/live.ts';
import type { EventQuery } from './event-filter.ts';

export type EventItem = Schemas['event'];

const PAGE = 60;
/** Events that arrive together are read together. */
const COLLECT_MS = 100;

async function readPage(query: EventQuery, cursor: string | undefined, signal?: AbortSignal) {
  const parameters = { ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) };
  return await read(api.GET('/api/events', { params: { query: parameters }, ...(signal && { signal }) }));
}

type Page = Awaited<ReturnType<typeof readPage>>;
type Pages = InfiniteData<Page, string | undefined>;

/** The events of a filter, newest first, page by page. */
export function useEvents(query: EventQuery) {
  return useInfiniteQuery({
    queryKey: ['events', query],
    queryFn: ({ pageParam, signal }) => readPage(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    // New events of the list that is shown arrive by the live connection. A list that is shown again may lack some.
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
}

interface Fresh {
  readonly fresh: readonly EventItem[];
  readonly state: LiveState;
  /** Adds the new events to the list. */
  readonly show: () => void;
}

/**
 * Collects events of the filter that have happened since the list was read.
 *
 * @param isHeld True while the list must not move: the reader has paused it, or points at it.
 */
export function useFreshEvents(query: EventQuery, isHeld: boolean): Fresh {
  const queries = useQueryClient();
  const key = JSON.stringify(query);
  const [collected, setCollected] = useState<{ readonly key: string; readonly events: readonly EventItem[] }>();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const fresh = collected?.key === key ? collected.events : [];
  const collect = async () => {
    const { results } = await readPage(query, undefined);
    const pages = queries.getQueryData<Pages>(['events', query]);
    if (pages === undefined) return;
    const known = new Set(pages.pages.flatMap((page) => page.results.map(({ id }) => id)));
    const added = results.filter(({ id }) => !known.has(id));
    // A whole page of new events: the list is read again, because some may be missing between it and the known ones.
    if (known.size > 0 && added.length === PAGE) await queries.invalidateQueries({ queryKey: ['events', query] });
    else setCollected({ key, events: added });
  };

  const state = useLive(({ kind }) => {
    if (kind === 'request') return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void collect(), COLLECT_MS);
  }, query.to === undefined);

  const show = () => {
    queries.setQueryData<Pages>(['events', query], (pages) => withFresh(pages, fresh));
    setCollected(undefined);
    void queries.invalidateQueries({ queryKey: ['event-summary'] });
  };
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  });
  useEffect(() => {
    if (!isHeld && fresh.length > 0) latest.current();
  }, [isHeld, fresh.length]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { fresh, state, show };
}

function withFresh(pages: Pages | undefined, fresh: readonly EventItem[]): Pages | undefined {
  const [first, ...others] = pages?.pages ?? [];
  if (pages === undefined || first === undefined) return pages;
  const { empty: _, ...rest } = first;
  return { ...pages, pages: [{ ...rest, results: [...fresh, ...first.results] }, ...others] };
}
