import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useViewState } from '../../../data/view-state.ts';
import { Announced } from '../../../parts/announced.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { usePeriodText } from '../../../parts/filters/period-filter.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { isTyping } from '../../../parts/shortcuts.ts';
import type { LiveMessage } from '../../../data/live.ts';
import { useWords, type Words } from '../../../words/words.tsx';
import type { LoggedRequest } from '../queries.ts';
import type { Source } from '../../../data/sources.ts';
import { RequestFilterBar } from './request-filter-bar.tsx';
import { linesOf, type RequestFilters } from './request-lines.ts';
import { RequestRow } from './request-row.tsx';
import styles from './requests-tab.module.css';
import { useRequests } from './use-requests.ts';

const noFilters = {
  search: '',
  outcome: '',
  method: '',
  kind: '',
  reason: '',
  client: '',
  period: '',
  from: '',
  to: '',
};
/** Beyond this distance from the top of the page, the reader reads older requests. */
const SCROLLED_PX = 120;

export interface RequestListProps {
  /** The source whose requests are listed; undefined for the requests of all sources and of all other callers. */
  readonly source: Source | undefined;
  /** Receives the button that pauses the list, for the head of the page. */
  readonly setActions: (actions: ReactNode) => void;
}

/** Requests as they arrive, newest first. */
export function RequestList({ source, setActions }: RequestListProps) {
  const { log } = useWords().sources;
  const [filters, setFilters] = useViewState(noFilters);
  const [isPaused, setPaused] = usePause(setActions);
  const [isPointed, setPointed] = useState(false);
  const isScrolled = useScrolled();
  const { list, requests, arrived, show, live } = useRequests(source?.id, filters, isPaused || isPointed || isScrolled);
  const lines = useMemo(() => linesOf(requests), [requests]);
  const end = useRef<HTMLDivElement>(null);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  useEffect(() => {
    const element = end.current;
    if (element === null || !hasNextPage) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true && !isFetchingNextPage) void fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const isEmpty = list.data !== undefined && lines.length === 0;
  const isFiltered = Object.values(filters).some((value) => value !== '');
  return (
    <>
      <RequestFilterBar
        filters={filters}
        seen={requests}
        change={(change) => setFilters(change, { replace: true })}
        clear={isFiltered ? () => setFilters(noFilters) : undefined}
      />
      <div className={styles['state']}>
        <span className="dim small">{stateText(log, live, isPaused)}</span>
        {arrived.length > 0 && (
          <button
            type="button"
            className="chip"
            aria-label={log.show(arrived.length)}
            onClick={() => {
              setPaused(false);
              window.scrollTo({ top: 0 });
              show();
            }}
          >
            {log.waiting(arrived.length)}
          </button>
        )}
      </div>
      <Announced textOf={(message) => arrivedText(message, source?.id, log)} />
      {list.isPending && <Progress />}
      {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {isEmpty && <Nothing source={source} filters={filters} clear={() => setFilters(noFilters)} />}
      {lines.length > 0 && (
        <section className="sheet" aria-label={source === undefined ? log.labelAll : log.label}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- The lines are links; the list only watches the pointer and moves the focus between them. */}
          <ol
            className={styles['lines']}
            onPointerEnter={(event) => setPointed(event.pointerType === 'mouse')}
            onPointerLeave={() => setPointed(false)}
            onKeyDown={moveFocus}
          >
            {lines.map((line, index) => (
              <RequestRow
                key={line.request.id}
                line={line}
                newer={lines[index - 1]?.request.time}
                isOfAll={source === undefined}
              />
            ))}
          </ol>
        </section>
      )}
      <div ref={end} className={styles['end']}>
        {isFetchingNextPage && <span role="status">{log.more}</span>}
        {lines.length > 0 && !hasNextPage && `${log.end} ${log.retention}`}
      </div>
    </>
  );
}

/** Returns what is said about a request of the list. */
function arrivedText(
  { kind, data }: LiveMessage,
  sourceId: string | undefined,
  log: Words['sources']['log'],
): string | undefined {
  if (kind !== 'request') return undefined;
  const { source, sentence } = data as LoggedRequest;
  return sourceId === undefined || source?.id === sourceId ? log.arrived(sentence) : undefined;
}

function stateText(log: ReturnType<typeof useWords>['sources']['log'], live: string, isPaused: boolean): string {
  if (isPaused) return log.paused;
  if (live === 'lost') return log.lost;
  return live === 'open' ? log.live : log.connecting;
}

/** The button at the head of the page, and the space bar, pause the list. */
function usePause(setActions: RequestListProps['setActions']) {
  const { log } = useWords().sources;
  const [isPaused, setPaused] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isOnControl = event.target instanceof HTMLElement && event.target.closest('button, a, select') !== null;
      if (event.key !== ' ' || isTyping(event.target) || isOnControl) return;
      event.preventDefault();
      setPaused((before) => !before);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    setActions(
      <button
        type="button"
        className="button"
        aria-pressed={isPaused}
        aria-keyshortcuts="Space"
        onClick={() => setPaused(!isPaused)}
      >
        <span aria-hidden="true">{isPaused ? '▶' : '‖'}</span> {isPaused ? log.resume : log.pause}
      </button>,
    );
    return () => setActions(undefined);
  }, [isPaused, log, setActions]);
  return [isPaused, setPaused] as const;
}

function useScrolled(): boolean {
  const [isScrolled, setScrolled] = useState(false);
  useEffect(() => {
    const onScroll = () => setScrolled(window.scrollY > SCROLLED_PX);
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);
  return isScrolled;
}

/** J, K and the arrow keys move between the lines. */
function moveFocus(event: KeyboardEvent<HTMLOListElement>) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a')];
  const index = links.findIndex((link) => link === document.activeElement);
  event.preventDefault();
  links[Math.max(0, index + step)]?.focus();
}

interface NothingProps {
  readonly source: RequestListProps['source'];
  readonly filters: RequestFilters;
  readonly clear: () => void;
}

function Nothing({ source, filters, clear }: NothingProps) {
  const words = useWords();
  const { log } = words.sources;
  const period = usePeriodText(filters);
  const { period: _period, from: _from, to: _to, ...others } = filters;
  const active = [...Object.values(others), period].filter((value) => value !== '');
  return (
    <section className="sheet">
      <div className="body" role="status">
        <h2>
          {active.length === 0
            ? source === undefined
              ? log.emptyAll
              : log.empty
            : log.none(words.marks.names(active))}
        </h2>
        <p className="dim">{active.length === 0 ? log.emptyHelp : log.noneHelp}</p>
        <p>
          {active.length === 0 ? (
            <Link className="button" to={source === undefined ? '/sources' : `/sources/${source.id}/setup`}>
              {source === undefined ? words.sources.backToList : log.emptyAction}
            </Link>
          ) : (
            <button type="button" className="button" onClick={clear}>
              {words.filters.clear}
            </button>
          )}
        </p>
      </div>
    </section>
  );
}
