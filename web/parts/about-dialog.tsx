import { Modal } from '@mantine/core';
import { useServer } from '../data/server.ts';
import { useWords } from '../words/words.tsx';
import styles from './about-dialog.module.css';
import { ErrorNotice } from './error-notice.tsx';
import { Progress } from './progress.tsx';
import { Time } from './time.tsx';

/** Which version runs, on which database. The space is shown to an administrator of the installation. */
export function AboutDialog({ close }: { readonly close: () => void }) {
  const { about, frame } = useWords();
  const { data, error, isPending, refetch } = useServer();
  const database = data?.database;
  const facts = [
    [about.version, data?.version],
    [about.schema, database && (database.schema ?? about.none)],
    [about.database, database && `${database.product} ${database.version}`],
    [about.size, database?.bytes == null ? undefined : about.bytes(database.bytes)],
    [about.free, database?.freeBytes == null ? undefined : about.bytes(database.freeBytes)],
  ] as const;
  return (
    <Modal opened onClose={close} title={about.title} closeButtonProps={{ 'aria-label': frame.close }}>
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <dl className={styles['facts']}>
          {facts.map(
            ([name, value]) =>
              value !== undefined && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
          <div>
            <dt>{about.measured}</dt>
            <dd>
              <Time at={data.countedAt} />
            </dd>
          </div>
        </dl>
      )}
    </Modal>
  );
}
