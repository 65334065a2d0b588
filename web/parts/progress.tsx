import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useWords } from '../words/words.tsx';
import styles from './progress.module.css';

/** Below this time, nothing is shown: it would only flicker. */
const SHOWN_AFTER_MS = 100;
/** After this time, the reader learns what is happening and can cancel. */
const SLOW_AFTER_MS = 1_000;

interface Props {
  readonly isPage?: boolean;
  /** True for a bar at the top of the window, which moves nothing. */
  readonly isAbove?: boolean;
}

/** A quiet bar while something is being read; later also words, and a way to cancel. What was canceled can be read again. */
export function Progress({ isPage = false, isAbove = false }: Props) {
  const { frame } = useWords();
  const queries = useQueryClient();
  const [phase, setPhase] = useState<'none' | 'shown' | 'slow' | 'canceled'>('none');
  const isCanceled = phase === 'canceled';
  useEffect(() => {
    if (isCanceled) return;
    const shown = setTimeout(() => setPhase('shown'), SHOWN_AFTER_MS);
    const slow = setTimeout(() => setPhase('slow'), SLOW_AFTER_MS);
    return () => {
      clearTimeout(shown);
      clearTimeout(slow);
    };
  }, [isCanceled]);
  const cancel = () => {
    setPhase('canceled');
    void queries.cancelQueries({ predicate: ({ state }) => state.data === undefined });
  };
  const readAgain = () => {
    setPhase('none');
    void queries.refetchQueries({ type: 'active', predicate: ({ state }) => state.data === undefined });
  };
  if (phase === 'none') return null;
  return (
    <div className={styles['progress']} data-page={isPage} data-above={isAbove}>
      {!isCanceled && <div className={styles['bar']} role="progressbar" aria-label={frame.loading} />}
      {phase !== 'shown' && (
        <p role="status" className="dim">
          {isCanceled ? frame.canceled : frame.slow}{' '}
          <button type="button" className="button" data-kind="quiet" onClick={isCanceled ? readAgain : cancel}>
            {isCanceled ? frame.retry : frame.cancel}
          </button>
        </p>
      )}
    </div>
  );
}
