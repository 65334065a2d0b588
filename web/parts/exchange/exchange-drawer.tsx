import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ApiError, read } from '../../data/client.ts';
import { useMay } from '../../data/session.ts';
import { useWords } from '../../words/words.tsx';
import { ErrorNotice } from '../error-notice.tsx';
import { Progress } from '../progress.tsx';
import styles from './exchange.module.css';
import { ExchangeView } from './exchange-view.tsx';

interface Props {
  /** The id of the request; empty while the drawer is closed. */
  readonly id: string;
  readonly close: () => void;
}

/** The drawer of one request: what was sent, what was answered, and why. */
export function ExchangeDrawer({ id, close }: Props) {
  const { exchange } = useWords();
  return (
    <Drawer
      opened={id !== ''}
      onClose={close}
      title={exchange.title}
      size="min(760px, 100%)"
      padding={0}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': exchange.close }}
    >
      {id !== '' && <Exchange id={id} />}
    </Drawer>
  );
}

/** Reads a request by the id of its entry, or by any other id of it: that of the answer, the ActivityId, or an id that the client sent. */
async function readExchange(id: string, signal: AbortSignal) {
  const byId = (entry: string) => read(api.GET('/api/requests/{id}', { params: { path: { id: entry } }, signal }));
  try {
    return await byId(id);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    const { results } = await read(api.GET('/api/requests', { params: { query: { id, limit: 1 } }, signal }));
    const [found] = results;
    if (found === undefined) throw error;
    return await byId(found.id);
  }
}

function Exchange({ id }: { readonly id: string }) {
  const { exchange } = useWords();
  const isAllowed = useMay()('requests.read');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['exchange', id],
    queryFn: ({ signal }) => readExchange(id, signal),
    enabled: isAllowed,
    staleTime: 60_000,
  });
  if (!isAllowed) return <p className={styles['part']}>{exchange.forbidden}</p>;
  if (isPending) return <Progress />;
  if (error !== null) {
    const isGone = error instanceof ApiError && error.status === 404;
    if (!isGone) return <ErrorNotice error={error} retry={() => void refetch()} />;
    return (
      <section className={styles['part']}>
        <h2>{exchange.notFound}</h2>
        <p className="dim">{error.message}</p>
      </section>
    );
  }
  return <ExchangeView request={data} />;
}
