import { useServer } from '../data/server.ts';
import { useWords } from '../words/words.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { Progress } from './progress.tsx';
import styles from './server-facts.module.css';
import { Time } from './time.tsx';

/** Which version runs, on which database. The space is shown to an administrator of the installation. */
export function ServerFacts() {
  const { about } = useWords();
  const { data, error, isPending, refetch } = useServer();
  if (isPending) return <Progress />;
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  const { database } = data;
  const facts = [
    [about.version, data.version],
    [about.schema, database.schema ?? about.none],
    [about.database, `${database.product} ${database.version}`],
    [about.size, database.bytes === null ? undefined : about.bytes(database.bytes)],
    [about.free, database.freeBytes === null ? undefined : about.bytes(database.freeBytes)],
  ] as const;
  return (
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
  );
}
