/** A period that ends now, by name, or one between two times. A text is empty where the URL has none. */
export interface PeriodView {
  readonly period: string;
  readonly from: string;
  readonly to: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const periods = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
export type Period = keyof typeof periods;

export function isPeriod(name: string): name is Period {
  return Object.hasOwn(periods, name);
}

/**
 * Returns the first and the last time of a period. A period such as "the last hour" begins at a full minute, so that a query with it stays
 * the same, and has no end.
 */
export function spanOf({ period, from, to }: PeriodView, now: Date): { readonly from: string; readonly to: string } {
  if (!isPeriod(period)) return { from, to };
  return {
    from: new Date(Math.floor((now.getTime() - periods[period]) / MINUTE_MS) * MINUTE_MS).toISOString(),
    to: '',
  };
}
