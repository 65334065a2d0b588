import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { continueRun, isLeft, newRun, type BulkResult, type BulkRun } from './bulk-work.ts';

type Send = Parameters<typeof continueRun>[1];

/** Runs work on a selection part by part. After an error or a stop, the same call continues it. */
export function useBulkRun(send: Send, onSettled: () => Promise<unknown>) {
  const run = useRef<BulkRun>(undefined);
  const isStopped = useRef(false);
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const work = useMutation({
    mutationFn: async (targets: BulkRun['targets']) => {
      const current = (run.current ??= newRun(targets));
      isStopped.current = false;
      await continueRun(
        current,
        send,
        (done, total) => setProgress({ done, total }),
        () => isStopped.current,
      );
      return { results: [...current.results] as readonly BulkResult[], isLeft: isLeft(current) };
    },
    onError: () => {
      // Nothing is done yet, so that the next start can name another selection.
      if (run.current?.results.length === 0) run.current = undefined;
    },
    onSettled,
  });
  return {
    work,
    progress,
    stop: () => {
      isStopped.current = true;
    },
  };
}
