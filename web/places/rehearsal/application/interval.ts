const duration = /^P(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;
const units = { days: 'day', hours: 'hour', minutes: 'minute', seconds: 'second' } as const;
type Part = keyof typeof units;

/** Returns the parts of an ISO 8601 duration that are not 0; undefined for any other text. */
function partsOf(interval: string): readonly (readonly [part: Part, amount: number])[] | undefined {
  const groups = duration.exec(interval)?.groups;
  return (
    groups &&
    (Object.keys(units) as Part[])
      .map((part) => [part, Number(groups[part] ?? 0)] as const)
      .filter(([, amount]) => amount > 0)
  );
}

/**
 * Returns an ISO 8601 duration in words; the text itself if it is not one.
 *
 * @param locale A BCP 47 tag.
 *
 * @example intervalText('PT1H40M', 'en') // '1 hour, 40 minutes'
 */
export function intervalText(interval: string, locale: string): string {
  const parts = partsOf(interval);
  if (parts === undefined || parts.length === 0) return interval;
  // Not Intl.DurationFormat: browsers of 2024 lack it.
  const texts = parts.map(([part, amount]) =>
    amount.toLocaleString(locale, { style: 'unit', unit: units[part], unitDisplay: 'long' }),
  );
  return new Intl.ListFormat(locale, { type: 'unit', style: 'long' }).format(texts);
}

/**
 * Returns the whole minutes of an ISO 8601 duration, at least 1.
 *
 * @example minutesOf('PT40M') // 40
 */
export function minutesOf(interval: string): number {
  const minutes = { days: 1_440, hours: 60, minutes: 1, seconds: 1 / 60 };
  const total = (partsOf(interval) ?? []).reduce((sum, [part, amount]) => sum + amount * minutes[part], 0);
  return Math.max(1, Math.round(total));
}
