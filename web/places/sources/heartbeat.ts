import type { Words } from '../../words/words.tsx';

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const MINUTE_MS = 60_000;

/** Returns a duration in its largest unit: "40 minutes", "3 hours", "2 days". */
export function durationText(minutes: number, { sources }: Words): string {
  if (minutes < 2 * HOUR_MINUTES) return sources.duration.minutes(Math.round(minutes));
  if (minutes < 2 * DAY_MINUTES) return sources.duration.hours(Math.round(minutes / HOUR_MINUTES));
  return sources.duration.days(Math.round(minutes / DAY_MINUTES));
}

/** Returns how long ago a time was, as a duration. */
export function sinceText(at: string, now: number, words: Words): string {
  return durationText((now - Date.parse(at)) / MINUTE_MS, words);
}

/** Returns the time of day, in the time zone of the reader. */
export function clockTime(at: string, locale: string, withSeconds = false): string {
  const time = new Date(at);
  return time.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds && { second: '2-digit' }),
    hourCycle: 'h23',
  });
}
