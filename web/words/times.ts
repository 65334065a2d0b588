/** Units of a relative time, each with its length in seconds. */
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
/** Older times are shown as a date. */
const RELATIVE_DAYS_MAX = 7;

/**
 * Returns a time as the reader would say it: "4 minutes ago", "yesterday", or a date for a time more than a week away.
 *
 * @param locale A BCP 47 tag.
 */
export function relativeTime(time: Date, now: Date, locale: string, justNow: string): string {
  const seconds = (time.getTime() - now.getTime()) / 1_000;
  if (Math.abs(seconds) > RELATIVE_DAYS_MAX * 86_400) {
    const isThisYear = time.getFullYear() === now.getFullYear();
    return time.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) });
  }
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return justNow;
}

/** Returns a time with its date, its seconds and the time zone of the reader. */
export function exactTime(time: Date, locale: string): string {
  return time.toLocaleString(locale, { dateStyle: 'long', timeStyle: 'long' });
}
