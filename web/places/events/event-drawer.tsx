import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, ApiError, read } from '../../data/client.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Progress } from '../../parts/progress.tsx';
import { useWords } from '../../words/words.tsx';
import { EventDetails } from './event-details.tsx';
import { useEventsView } from './event-filter.ts';
import styles from './events.module.css';
import { ROW } from './use-event-keys.ts';

/** The drawer of one event, which the URL names. The focus returns to its row. */
export function EventDrawer() {
  const { events } = useWords();
  const [{ event: id }, setView] = useEventsView();
  const opened = useRef('');
  useEffect(() => {
    if (id === '' && opened.current !== '') {
      const last = opened.current;
      setTimeout(() => document.querySelector<HTMLElement>(`[${ROW}][href*="event=${CSS.escape(last)}"]`)?.focus());
    }
    opened.current = id;
  }, [id]);
  return (
    <Drawer
      opened={id !== ''}
      onClose={() => setView({ event: '' }, { replace: true })}
      title={events.event}
      size="min(680px, 100%)"
      padding={0}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': events.closeEvent }}
    >
      {id !== '' && <LoadedEvent id={id} />}
    </Drawer>
  );
}

function LoadedEvent({ id }: { readonly id: string }) {
  const { events } = useWords();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['event', id],
    queryFn: ({ signal }) => read(api.GET('/api/events/{id}', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
  if (isPending) return <Progress isPage />;
  if (error === null) return <EventDetails event={data} />;
  if (!(error instanceof ApiError && error.status === 404)) {
    return <ErrorNotice error={error} retry={() => void refetch()} />;
  }
  return (
    <section className={styles['part']}>
      <h2>{events.gone}</h2>
      <p className="dim">{error.message}</p>
    </section>
  );
}
