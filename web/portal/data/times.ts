import { useState } from 'react';
import { relativeTime } from '../../words/times.ts';
import { useWords } from '../words.tsx';

const DAY_MS = 86_400_000;

/** Functions that say when something was or will be, as of the time at which the page was opened. */
export function useTimes() {
  const { locale, frame } = useWords();
  const [now] = useState(() => new Date());
  return {
    /** Returns a time as the reader would say it, such as "4 minutes ago". */
    since: (at: string) => relativeTime(new Date(at), now, locale, frame.now),
    /** Returns a date in words. */
    dateOf: (at: string) => new Date(at).toLocaleDateString(locale, { dateStyle: 'long' }),
    /** Returns the number of whole days until a time, at least 0; undefined if there is no time. */
    daysUntil: (at: string | null) =>
      at === null ? undefined : Math.max(0, Math.floor((new Date(at).getTime() - now.getTime()) / DAY_MS)),
  };
}
