import { useEffect, useState } from 'react';
import { ApiError } from '../../data/client.ts';
import { useWords } from '../words.tsx';

/** Below this time, nothing is shown: it would only flicker. */
const SHOWN_AFTER_MS = 100;
/** After this time, the reader learns what is happening. */
const SLOW_AFTER_MS = 1_000;

/** A quiet bar while something is being read; later also words. */
export function Waiting() {
  const { frame } = useWords();
  const [phase, setPhase] = useState<'none' | 'shown' | 'slow'>('none');
  useEffect(() => {
    const shown = setTimeout(() => setPhase('shown'), SHOWN_AFTER_MS);
    const slow = setTimeout(() => setPhase('slow'), SLOW_AFTER_MS);
    return () => {
      clearTimeout(shown);
      clearTimeout(slow);
    };
  }, []);
  if (phase === 'none') return null;
  return (
    <div className="waiting">
      <div className="bar" role="progressbar" aria-label={frame.loading} />
      {phase === 'slow' && (
        <p role="status" className="dim">
          {frame.slow}
        </p>
      )}
    </div>
  );
}

/** Says what could not be read, with the id to ask about, and offers to try again. */
export function Failed({ error, retry }: { readonly error: Error; readonly retry: () => void }) {
  const { frame } = useWords();
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <section role="alert" className="notice" data-tone="bad">
      <h2>{frame.failed}</h2>
      <p>{error.message}</p>
      {requestId !== undefined && (
        <p className="dim small">
          <code>{frame.requestId(requestId)}</code>
        </p>
      )}
      <button type="button" className="button" onClick={retry}>
        {frame.retry}
      </button>
    </section>
  );
}

interface Read<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => Promise<unknown>;
}

/** Returns what to show instead of a list or a page as long as it has not been read; undefined once it has. */
export function unread<Data>({ data, error, refetch }: Read<Data>) {
  if (data !== undefined) return undefined;
  return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
}
