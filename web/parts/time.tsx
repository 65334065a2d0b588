import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from '../words/times.ts';
import { useWords } from '../words/words.tsx';

/** How often relative times are computed again. */
const TICK_MS = 30_000;

let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A time as the reader would say it; exact, with the time zone of the reader, on hover. */
export function Time({ at }: { readonly at: string | null }) {
  const words = useWords();
  const current = useSyncExternalStore(subscribe, () => now);
  if (at === null) return <span>{words.time.never}</span>;
  const time = new Date(at);
  return (
    <time dateTime={at} title={exactTime(time, words.locale)}>
      {relativeTime(time, current, words.locale, words.time.now)}
    </time>
  );
}
