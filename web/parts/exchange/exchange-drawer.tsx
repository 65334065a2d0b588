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

function Exchange({ id }: { readonly id: string }) {
  const { exchange } = useWords();
  const isAllowed = useMay()('requests.read');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['exchange', id],
    queryFn: ({ signal }) => read(api.GET('/api/requests/{id}', { params: { path: { id } }, signal })),
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
