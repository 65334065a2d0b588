import { useEffect, useState } from 'react';
import { useWords } from '../words/words.tsx';
import styles from './progress.module.css';

/** Below this time, nothing is shown: it would only flicker. */
const SHOWN_AFTER_MS = 100;
/** After this time, the reader learns what is happening and can cancel. */
const SLOW_AFTER_MS = 1_000;

interface Props {
  readonly isPage?: boolean;
  readonly cancel?: (() => void) | undefined;
}

/** A quiet bar while something is loading; later also words, and a way to cancel. */
export function Progress({ isPage = false, cancel }: Props) {
  const words = useWords();
  const [elapsed, setElapsed] = useState<'none' | 'shown' | 'slow'>('none');
  useEffect(() => {
    const shown = setTimeout(() => setElapsed('shown'), SHOWN_AFTER_MS);
    const slow = setTimeout(() => setElapsed('slow'), SLOW_AFTER_MS);
    return () => {
      clearTimeout(shown);
      clearTimeout(slow);
    };
  }, []);
  if (elapsed === 'none') return null;
  return (
    <div className={styles['progress']} data-page={isPage}>
      <div className={styles['bar']} role="progressbar" aria-label={words.frame.loading} />
      {elapsed === 'slow' && (
        <p role="status" className="dim">
          {words.frame.slow}{' '}
          {cancel !== undefined && (
            <button type="button" className="button" data-kind="quiet" onClick={cancel}>
              {words.frame.cancel}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
