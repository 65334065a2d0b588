import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { findRequests } from '#request-log/request-query-store.ts';
import { reasonTitle } from '#request-log/request-words.ts';
import { countArrivals, countOwnedGroups, countOwnedUsers, type ArrivalRow } from './activity-store.ts';
import { listIntegrations } from './integration-store.ts';

/** The number of hours that the activity looks back: as long as reads are kept. */
export const ACTIVITY_HOURS = 24;
/** Requests that arrive in the same interval, or in the next one, belong to the same visit. */
export const VISIT_INTERVAL_MINUTES = 5;
/** The number of times between visits from which the usual time is known. */
export const GAPS_MIN = 2;

/** An integration is silent after this many times its usual interval, but not before SILENT_MINUTES_MIN. */
export const SILENT_INTERVALS = 3;
export const SILENT_MINUTES_MIN = 30;
/** An integration without a usual interval is silent after this many days. */
export const SILENT_DAYS_MIN = 1;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** When an integration sends requests. */
export interface IntegrationRhythm {
  readonly id: string;
  readonly name: string;
  readonly lastRequestAt: Date | null;
  readonly lastRequestFlagged: boolean | null;
  /** The usual number of minutes from one visit to the next; null if there were too few visits. */
  readonly usualIntervalMinutes: number | null;
  /** True if it has sent nothing for longer than usual. */
  readonly isSilent: boolean;
}

/** What an integration did in the last ACTIVITY_HOURS, and what it owns. */
export interface IntegrationActivity extends IntegrationRhythm {
  readonly requests: number;
  readonly refused: number;
  /** How often it tested the connection: a search for a user and one for a group are one test. */
  readonly connectionTests: number;
  readonly lastConnectionTestAt: Date | null;
  /** The last refused request within the time; null if none was refused. */
  readonly lastRefusal: {
    readonly id: string;
    readonly at: Date;
    readonly reason: string;
    readonly title: string;
  } | null;
  readonly people: number;
  readonly groups: number;
}

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Returns when each integration of an organization sends requests, oldest integration first. */
export async function integrationRhythms(deps: Deps, organizationId: string): Promise<readonly IntegrationRhythm[]> {
  const { sources } = await arrivalsBySource(deps, organizationId);
  return sources.map(({ rhythm }) => rhythm);
}

/** Returns the activity of every integration of an organization, oldest integration first. */
export async function integrationActivity(
  deps: Deps,
  organizationId: string,
  language: Language = 'en',
): Promise<{ readonly since: Date; readonly countedAt: Date; readonly results: readonly IntegrationActivity[] }> {
  const { database } = deps;
  const { since, countedAt, sources } = await arrivalsBySource(deps, organizationId);
  const people = await countOwnedUsers(database, organizationId);
  const groups = await countOwnedGroups(database, organizationId);
  const results: IntegrationActivity[] = [];
  for (const { rhythm, rows } of sources) {
    const { id } = rhythm;
    const refused = sum(rows, 'refused');
    const lastTest = Math.max(...rows.map((row) => row.lastConnectionTestAt ?? 0), 0);
    results.push({
      ...rhythm,
      requests: sum(rows, 'requests'),
      refused,
      connectionTests: Math.max(sum(rows, 'userTests'), sum(rows, 'groupTests')),
      lastConnectionTestAt: lastTest === 0 ? null : new Date(lastTest),
      lastRefusal: refused === 0 ? null : await lastRefusalOf({ database, language }, organizationId, id, since),
      people: people.get(id) ?? 0,
      groups: groups.get(id) ?? 0,
    });
  }
  return { since, countedAt, results };
}

async function arrivalsBySource({ database, clock }: Deps, organizationId: string) {
  const countedAt = clock.now();
  const since = new Date(countedAt.getTime() - ACTIVITY_HOURS * HOUR_MS);
  const arrivals = await countArrivals(database, organizationId, since, VISIT_INTERVAL_MINUTES * MINUTE_MS);
  const bySource = Map.groupBy(arrivals, ({ integrationId }) => integrationId);
  const sources = (await listIntegrations(database, organizationId)).map((integration) => {
    const { id, name, lastRequestAt, lastRequestFlagged } = integration;
    const rows = bySource.get(id) ?? [];
    const usualIntervalMinutes = usualInterval(rows.map(({ bucket }) => bucket)) ?? null;
    const isSilent = isSilentFor(lastRequestAt, usualIntervalMinutes, countedAt);
    const rhythm: IntegrationRhythm = { id, name, lastRequestAt, lastRequestFlagged, usualIntervalMinutes, isSilent };
    return { rhythm, rows };
  });
  return { since, countedAt, sources };
}

/**
 * True if the last request is more than SILENT_INTERVALS times the usual interval ago, or more than SILENT_DAYS_MIN without a usual
 * interval. An integration that has never sent a request is not silent.
 */
export function isSilentFor(lastRequestAt: Date | null, usualIntervalMinutes: number | null, now: Date): boolean {
  if (lastRequestAt === null) return false;
  const limitMs =
    usualIntervalMinutes === null
      ? SILENT_DAYS_MIN * DAY_MS
      : Math.max(SILENT_INTERVALS * usualIntervalMinutes, SILENT_MINUTES_MIN) * MINUTE_MS;
  return now.getTime() - lastRequestAt.getTime() > limitMs;
}

function sum(rows: readonly ArrivalRow[], column: 'requests' | 'refused' | 'userTests' | 'groupTests'): number {
  return rows.reduce((total, row) => total + row[column], 0);
}

/**
 * Returns the usual number of minutes between the starts of two visits: the median. Returns undefined for fewer than GAPS_MIN times
 * between visits. A client that sends all the time has one long visit; the interval is then unknown.
 *
 * @param buckets The intervals of VISIT_INTERVAL_MINUTES in which requests arrived, in ascending order.
 *
 * @example
 * usualInterval([0, 1, 8, 16, 17, 24]); // 40: visits start at the intervals 0, 8, 16 and 24
 */
export function usualInterval(buckets: readonly number[]): number | undefined {
  const starts = buckets.filter((bucket, index) => bucket - (buckets[index - 1] ?? -Infinity) > 1);
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? start));
  if (gaps.length < GAPS_MIN) return undefined;
  const sorted = gaps.toSorted((one, other) => one - other);
  return (sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) * VISIT_INTERVAL_MINUTES;
}

async function lastRefusalOf(
  { database, language }: { readonly database: Database; readonly language: Language },
  organizationId: string,
  integrationId: string,
  from: Date,
) {
  const outcomes = ['refused', 'failed'] as const;
  const { rows } = await findRequests(database, { organizationId, integrationId, outcomes, from, limit: 1 });
  const [row] = rows;
  if (row === undefined) return null;
  const reason = row.reason ?? 'internal';
  return { id: row.id, at: new Date(Number(row.at)), reason, title: reasonTitle(reason, language) };
}
