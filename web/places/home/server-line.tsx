import { FREE_BYTES_MIN, useServer } from '../../data/server.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.tsx';

/** The versions and the space of the server, for an administrator of the installation. */
export function ServerLine() {
  const { about, marks } = useWords();
  const { data, error, refetch } = useServer();
  if (error !== null) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (data === undefined) return <p className="small">&nbsp;</p>;
  const { product, version, schema, bytes, freeBytes } = data.database;
  const isLittle = freeBytes !== null && freeBytes < FREE_BYTES_MIN;
  return (
    <section aria-label={about.label} className="dim small">
      {about.line(data.version, schema ?? about.none, `${product} ${version}`)}
      {bytes !== null && ` · ${about.used(about.bytes(bytes))}`}
      {freeBytes !== null && (
        <>
          {' · '}
          <span className={isLittle ? 'tone-warn' : undefined}>
            {isLittle && <span aria-hidden="true">◷ </span>}
            {about.left(about.bytes(freeBytes))}
            {isLittle && `${marks.nextSentence}${about.little}`}
          </span>
        </>
      )}
      {' · '}
      {about.measured} <Time at={data.countedAt} />
    </section>
  );
}
