const dateTimePattern =
  /^(?<date>\d{4}-\d\d-\d\d)(?:T(?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?<zone>Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * Returns the canonical form of a date with or without a time (RFC 7643 §2.3.5); undefined if the text is not a date. A date
 * without a zone is in UTC, so that the meaning of a filter does not depend on the time zone of the server.
 *
 * @example
 * parseDateTime('2026-01-31T10:00:00+02:00'); // '2026-01-31T08:00:00.000Z'
 * parseDateTime('2026-02-30'); // undefined
 */
export function parseDateTime(text: string): string | undefined {
  const { date, time = '00:00', zone = 'Z' } = dateTimePattern.exec(text)?.groups ?? {};
  // `Date` accepts a day that the month does not have, and rolls it over to the next month.
  if (date === undefined || !isCalendarDay(date)) return undefined;
  const instant = new Date(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(instant.getTime())) return undefined;
  const canonical = instant.toISOString();
  // A zone can move the instant out of the four-digit years. Texts with other years do not sort by time.
  return /^\d{4}-/.test(canonical) ? canonical : undefined;
}

function isCalendarDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
