import { z } from 'zod';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import type { Database } from '#database/database.ts';
import { listLogs, type LoggedEntry, type LogQuery } from '../logs/log-store.ts';
import { redactEntry, type TargetDetails } from '../logs/target-details.ts';
import { compileFilter, conjuncts, type Matches } from './odata/evaluate-filter.ts';
import type { Filter } from './odata/filter.ts';
import { filterableBy, requireProperty, type FilterableProperty } from './odata/filterable.ts';
import { readToken } from './odata/skip-token.ts';

/** The number of entries that one database query reads. Without a filter, a query reads only the entries of the page. */
const BATCH = 500;

const exact = (path: string): FilterableProperty => ({ path, type: 'text', caseExact: true });
const anyCase = (path: string, valuePath = path): FilterableProperty => ({
  path,
  type: 'text',
  caseExact: false,
  valuePath,
});

/**
 * The properties that provisioning logs can be filtered by (§3.9). Values are case-sensitive except for the status. Graph itself cannot
 * filter by errorCode and servicePrincipal/displayName.
 */
export const logFilterable = filterableBy([
  ...['id', 'tenantId', 'jobId', 'changeId', 'cycleId', 'action', 'provisioningAction'].map(exact),
  ...['sourceSystem/displayName', 'targetSystem/displayName', 'initiatedBy/displayName'].map(exact),
  ...['sourceIdentity', 'targetIdentity'].flatMap((name) =>
    ['id', 'displayName', 'identityType'].map((inner) => exact(`${name}/${inner}`)),
  ),
  ...['servicePrincipal/id', 'servicePrincipal/displayName'].map(exact),
  { ...exact('servicePrincipal/name'), valuePath: 'servicePrincipal/displayName' },
  anyCase('provisioningStatusInfo/status'),
  anyCase('statusInfo/status'),
  exact('provisioningStatusInfo/errorInformation/errorCode'),
  { path: 'activityDateTime', type: 'date', caseExact: true },
  { path: 'durationInMilliseconds', type: 'number', caseExact: true },
]);

/** The last time of a Date, in milliseconds since 1970 (ECMAScript §21.4.1.1). */
const LAST_DATE = 8_640_000_000_000_000;

const position = z.strictObject({ at: z.int().min(0).max(LAST_DATE), number: z.int(), id: z.guid() });
type Position = NonNullable<LogQuery['before']>;

export interface LogPage {
  readonly entries: readonly LoggedEntry[];
  readonly skipToken: string | undefined;
}

/** Returns a page of provisioning logs, newest first. Throws `invalidQuery` for an invalid filter or token. */
export async function pageOfLogs(
  database: Database,
  tenantId: string,
  options: { readonly filter: Filter | undefined; readonly top: number; readonly skipToken: string | undefined },
  details: TargetDetails,
): Promise<LogPage> {
  const token = options.skipToken === undefined ? undefined : readToken('$skiptoken', options.skipToken, position);
  const after = token === undefined ? undefined : { ...token, at: new Date(token.at) };
  const found: (LoggedEntry & { readonly number: number })[] = [];
  for await (const entry of scan({ database, tenantId, filter: options.filter, details }, after, options.top + 1)) {
    found.push(entry);
    if (found.length > options.top) break;
  }
  const entries = found.slice(0, options.top);
  const last = entries.at(-1);
  const hasMore = found.length > entries.length && last !== undefined;
  if (!hasMore) return { entries, skipToken: undefined };
  return { entries, skipToken: encodeOpaque({ at: last.at.getTime(), number: last.number, id: last.id }) };
}

/** Yields every entry that matches the filter, newest first. Throws `invalidQuery` for an invalid filter when called, before iteration. */
export function scanLogs(
  database: Database,
  tenantId: string,
  filter: Filter | undefined,
  details: TargetDetails | 'whole',
): AsyncIterable<LoggedEntry> {
  return scan({ database, tenantId, filter, details }, undefined, BATCH);
}

interface Scan {
  readonly database: Database;
  readonly tenantId: string;
  readonly filter: Filter | undefined;
  /** `whole` redacts nothing. Only the command line uses this value, because its user can read the database anyway. */
  readonly details: TargetDetails | 'whole';
}

function scan(
  { database, tenantId, filter, details }: Scan,
  after: Position | undefined,
  batchSize: number,
): AsyncIterable<LoggedEntry & { readonly number: number }> {
  // Compile the filter now, not when the first entry is read: after the response has started, the request can no longer be refused.
  const matches: Matches = filter === undefined ? () => true : compileFilter(filter, logFilterable);
  const limit = filter === undefined ? batchSize : BATCH;
  const query: LogQuery = { ...Object.assign({}, ...conjuncts(filter).map(boundsOf)), tenantId, limit };
  const shown = (entry: JsonObject) => (details === 'whole' ? entry : redactEntry(details, entry));
  return pages(database, query, after, { shown, matches });
}

async function* pages(
  database: Database,
  query: LogQuery,
  after: Position | undefined,
  { shown, matches }: { readonly shown: (entry: JsonObject) => JsonObject; readonly matches: Matches },
): AsyncIterable<LoggedEntry & { readonly number: number }> {
  for (let before = after; ;) {
    const entries = await listLogs(database, { ...query, before });
    for (const one of entries) {
      // The filter is evaluated on the redacted entry, so that matches reveal only values that the caller may see.
      const entry = shown(one.entry);
      if (matches(entry)) yield { ...one, entry };
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < query.limit) return;
    before = last;
  }
}

/** The conditions of a LogQuery on columns, by the property that each column stores. */
const columns: Readonly<
  Record<string, 'id' | 'jobId' | 'cycleId' | 'changeId' | 'sourceId' | 'sourceName' | 'targetId'>
> = {
  id: 'id',
  jobId: 'jobId',
  cycleId: 'cycleId',
  changeId: 'changeId',
  'sourceIdentity/id': 'sourceId',
  'sourceIdentity/displayName': 'sourceName',
  'targetIdentity/id': 'targetId',
};

/** Returns the part of a condition that the database query can check. The whole condition is evaluated on each entry afterward. */
function boundsOf(filter: Filter): Partial<LogQuery> {
  if (filter.kind !== 'comparison' || typeof filter.value !== 'string') return {};
  const { path } = requireProperty(logFilterable, filter.path);
  const { operator, value } = filter;
  if (path === 'activityDateTime') return timeBounds(operator, new Date(value));
  if (operator !== 'eq') return {};
  const column = columns[path];
  if (column !== undefined) return { [column]: value };
  if (path === 'provisioningAction') return { actions: [value] };
  return path.endsWith('/status') ? { statuses: [fold(value)] } : {};
}

function timeBounds(operator: string, time: Date): Partial<LogQuery> {
  if (Number.isNaN(time.getTime())) return {};
  if (operator === 'ge' || operator === 'gt') return { from: time };
  // Adds a millisecond, because `to` is exclusive.
  return operator === 'le' || operator === 'lt' ? { to: new Date(time.getTime() + 1) } : {};
}
