import { Drawer } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { ApiError } from '../../../data/client.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { useWords } from '../../../words/words.tsx';
import { LogDetails } from './log-details.tsx';
import { useLogView } from './log-filter.ts';
import { ROW } from './log-table.tsx';
import styles from './logs.module.css';
import { useLog } from './use-logs.ts';

interface Props {
  readonly tenant: string;
  /** The address of the application. */
  readonly base: string;
}

/** The drawer of one entry, which the URL names. The focus returns to its row. */
export function LogDrawer({ tenant, base }: Props) {
  const { provisioningLogs: words } = useWords();
  const [{ log: id }, setView] = useLogView();
  const opened = useRef('');
  useEffect(() => {
    if (id === '' && opened.current !== '') {
      const last = opened.current;
      setTimeout(() => document.querySelector<HTMLElement>(`[${ROW}="${CSS.escape(last)}"]`)?.focus());
    }
    opened.current = id;
  }, [id]);
  return (
    <Drawer
      opened={id !== ''}
      onClose={() => setView({ log: '' }, { replace: true })}
      title={words.entry}
      size="min(760px, 100%)"
      padding={0}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': words.closeEntry }}
    >
      {id !== '' && <LoadedLog key={id} tenant={tenant} base={base} id={id} />}
    </Drawer>
  );
}

function LoadedLog({ tenant, base, id }: Props & { readonly id: string }) {
  const { provisioningLogs: words } = useWords();
  const { data, error, isPending, refetch } = useLog(tenant, id);
  if (isPending) return <Progress isPage />;
  if (error === null) return <LogDetails log={data.log} wire={data.wire} base={base} />;
  if (!(error instanceof ApiError && error.status === 404)) {
    return <ErrorNotice error={error} retry={() => void refetch()} />;
  }
  return (
    <section className={styles['part']}>
      <h2>{words.gone}</h2>
      <p className="dim">{words.goneHelp}</p>
    </section>
  );
}
