import { Menu } from '@mantine/core';
import { useState } from 'react';
import { Announced } from '../../parts/announced.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { usePageTitle } from '../../parts/page-title.ts';
import { Progress } from '../../parts/progress.tsx';
import { useWords } from '../../words/words.tsx';
import { EmptyEvents } from './empty-events.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { exportUrl, useEventQuery, useEventsView, type EventQuery } from './event-filter.ts';
import { EventsChart } from './events-chart.tsx';
import { EventsFilters } from './events-filters.tsx';
import { EventsList } from './events-list.tsx';
import { LiveLine } from './live-line.tsx';
import { useEventKeys } from './use-event-keys.ts';
import { useEvents, useFreshEvents } from './use-events.ts';

/** Everything that happened: search, chart, export. */
export function EventsPage() {
  const words = useWords();
  usePageTitle(words.places.events);
  const [view] = useEventsView();
  const query = useEventQuery(view);
  const [isPaused, setPaused] = useState(false);
  const [isPointed, setPointed] = useState(false);
  const list = useEvents(query);
  const { fresh, state, show } = useFreshEvents(query, isPaused || isPointed);
  useEventKeys(() => setPaused(!isPaused));
  const found = list.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <>
      <Announced />
      <PageHead
        title={words.places.events}
        actions={
          <>
            <ExportMenu query={query} />
            <button type="button" className="button" onClick={() => setPaused(!isPaused)}>
              <span aria-hidden="true">{isPaused ? '▶' : '‖'}</span>
              {isPaused ? words.events.resume : words.events.pause}
            </button>
          </>
        }
      />
      <div className="stack">
        <EventsFilters />
        <EventsChart />
        <section
          className="sheet"
          aria-label={words.places.events}
          onPointerEnter={() => setPointed(true)}
          onPointerLeave={() => setPointed(false)}
        >
          <LiveLine fresh={fresh} isPaused={isPaused} state={state} isLive={query.to === undefined} show={show} />
          {list.isPending && <Progress isPage />}
          {list.error !== null && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
          {found.length > 0 && <EventsList events={found} list={list} />}
          {list.isSuccess && found.length === 0 && <EmptyEvents empty={list.data.pages[0]?.empty} />}
        </section>
      </div>
      <EventDrawer />
    </>
  );
}

function ExportMenu({ query }: { readonly query: EventQuery }) {
  const { events } = useWords();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button type="button" className="button">
          {events.export}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{events.exportHelp}</Menu.Label>
        <Menu.Item component="a" href={exportUrl(query, 'csv')} download>
          {events.exportCsv}
        </Menu.Item>
        <Menu.Item component="a" href={exportUrl(query, 'jsonl')} download>
          {events.exportJson}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
