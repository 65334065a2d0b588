const dateTimePattern =
  /^(?<date>\d{4}-\d\d-\d\d)(?:T(?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?<zone>Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * The canonical form of a date, with a time or without (RFC 7643 §2.3.5); undefined where the text is none. Without a
 * zone it is UTC: what a filter means must not depend on the time zone of the server.
 */
export function parseDateTime(text: string): string | undefined {
  const { date, time = '00:00', zone = 'Z' } = dateTimePattern.exec(text)?.groups ?? {};
  // A day that the month does not have would roll over to the next month.
  if (date === undefined || !isCalendarDay(date)) return undefined;
  const instant = new Date(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(instant.getTime())) return undefined;
  const canonical = instant.toISOString();
  // A zone can move the instant out of the four-digit years, whose text has no order with the others.
  return /^\d{4}-/.test(canonical) ? canonical : undefined;
}

function isCalendarDay(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
