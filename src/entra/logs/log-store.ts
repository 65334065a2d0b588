import { sql } from 'kysely';
import { z } from 'zod';
import { newGuid } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { storedJson, storedObject } from '#base/stored-json.ts';
import type { WireExchange } from '../wire/target-client.ts';
import { graphEntry, type LogPlace } from './graph-log.ts';
import type { ProvisioningEntry } from './provisioning-entry.ts';

/** The HTTP exchanges of a log entry. Entra ID does not have them in its logs. */
export interface WireLog {
  /** For each step of the entry, the index of its first exchange, and the index of its last exchange plus one. */
  readonly steps: readonly (readonly [number, number])[];
  readonly exchanges: readonly WireExchange[];
}

/** An entry of the provisioning logs in Graph's format, with its HTTP exchanges. */
export interface LoggedEntry {
  readonly id: string;
  readonly at: Date;
  readonly entry: JsonObject;
  readonly wire: WireLog;
}

/** Inserts a log entry. `number` must grow within a job, so that entries with the same time keep their order. */
export async function insertLog(
  database: Database,
  place: LogPlace,
  number: number,
  entry: ProvisioningEntry,
): Promise<void> {
  const id = newGuid();
  const wire: WireLog = { steps: entry.steps.map(({ exchanges }) => exchanges), exchanges: entry.exchanges };
  await database
    .insertInto('entra_logs')
    .values({
      id,
      organization_id: place.organizationId,
      tenant_id: place.tenantId,
      job_id: place.jobId,
      cycle_id: place.cycleId,
      change_id: entry.changeId,
      number,
      at: entry.endedAt.getTime(),
      action: entry.action,
      status: entry.status,
      object_type: entry.objectType,
      source_id: entry.sourceId,
      source_name: entry.sourceName,
      target_id: entry.targetId,
      duration_ms: entry.endedAt.getTime() - entry.startedAt.getTime(),
      error_code: entry.error?.errorCode ?? entry.skipReason,
      entry: JSON.stringify(graphEntry(id, place, entry)),
      wire: JSON.stringify(wire),
    })
    .execute();
}

/** Returns the highest number of a job's log entries; 0 if the job has none. */
export async function lastLogNumber(database: Database, jobId: string): Promise<number> {
  const row = await database
    .selectFrom('entra_logs')
    .select((where) => where.fn.max('number').as('last'))
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  return Number(row?.last ?? 0);
}

/** The conditions that log entries must meet. A condition that is undefined is ignored. */
export interface LogQuery {
  readonly tenantId: string;
  readonly jobId?: string | undefined;
  readonly cycleId?: string | undefined;
  readonly changeId?: string | undefined;
  readonly id?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly sourceName?: string | undefined;
  readonly targetId?: string | undefined;
  readonly objectType?: string | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly errorCode?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /**
   * Only entries that are older than the given entry. `number` alone is not unique: entries of different jobs, or of a cycle and
   * Provision on demand, can have the same number.
   */
  readonly before?: { readonly at: Date; readonly number: number; readonly id: string } | undefined;
  readonly limit: number;
}

const readEntry = storedJson('entra_logs.entry', storedObject);
const headers = z.record(z.string(), z.string());
const readWire = storedJson<WireLog>(
  'entra_logs.wire',
  z.object({
    steps: z.array(z.tuple([z.int(), z.int()])),
    exchanges: z.array(
      z.object({
        at: z.string(),
        durationMs: z.number(),
        request: z.object({
          method: z.string(),
          url: z.string(),
          headers,
          body: z.string().nullable(),
          truncated: z.boolean().exactOptional(),
        }),
        response: z.object({ status: z.int(), headers, body: z.string(), truncated: z.boolean() }).nullable(),
        error: z.string().nullable(),
      }),
    ),
  }),
);

/** Returns at most `limit` matching entries, newest first. */
export async function listLogs(
  database: Database,
  query: LogQuery,
): Promise<readonly (LoggedEntry & { readonly number: number })[]> {
  const equal = {
    job_id: query.jobId,
    cycle_id: query.cycleId,
    change_id: query.changeId,
    id: query.id,
    source_id: query.sourceId,
    source_name: query.sourceName,
    target_id: query.targetId,
    object_type: query.objectType,
    error_code: query.errorCode,
  };
  let select = database.selectFrom('entra_logs').selectAll().where('tenant_id', '=', query.tenantId);
  for (const [column, value] of Object.entries(equal) as [keyof typeof equal, string | undefined][]) {
    if (value !== undefined) select = select.where(column, '=', value);
  }
  if (query.actions !== undefined) select = select.where('action', 'in', [...query.actions]);
  if (query.statuses !== undefined) select = select.where('status', 'in', [...query.statuses]);
  if (query.from !== undefined) select = select.where('at', '>=', query.from.getTime());
  if (query.to !== undefined) select = select.where('at', '<', query.to.getTime());
  if (query.before !== undefined) {
    const { at, number, id } = query.before;
    select = select.where(sql<boolean>`(at, number, id) < (${at.getTime()}, ${number}, ${id})`);
  }
  const inOrder = select.orderBy('at', 'desc').orderBy('number', 'desc').orderBy('id', 'desc');
  const rows = await inOrder.limit(query.limit).execute();
  return rows.map((row) => ({
    id: row.id,
    at: new Date(row.at),
    number: row.number,
    entry: readEntry(row.entry),
    wire: readWire(row.wire),
  }));
}

/** Counts the log entries of a cycle that have one of the given actions and the given status. */
export async function countLogs(
  database: Database,
  query: {
    readonly tenantId: string;
    readonly cycleId: string;
    /** When the cycle started. */
    readonly from: Date;
    readonly actions: readonly string[];
    readonly status: string;
  },
): Promise<number> {
  const row = await database
    .selectFrom('entra_logs')
    .select((where) => where.fn.countAll<number>().as('count'))
    .where('tenant_id', '=', query.tenantId)
    .where('at', '>=', query.from.getTime())
    .where('cycle_id', '=', query.cycleId)
    .where('action', 'in', [...query.actions])
    .where('status', '=', query.status)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Deletes at most `limit` log entries of each tenant that are older than `before`, and returns the number of deleted entries. */
export async function deleteLogsBefore(database: Database, before: Date, limit: number): Promise<number> {
  let deleted = 0;
  // Deletes per tenant, because the index starts with the tenant. If there were an index on the time alone, the planner might use it for
  // lists too, and would then scan the rows of all tenants.
  for (const { id } of await database.selectFrom('entra_tenants').select('id').execute()) {
    const result = await database
      .deleteFrom('entra_logs')
      .where('id', 'in', (select) =>
        select
          .selectFrom('entra_logs')
          .select('id')
          .where('tenant_id', '=', id)
          .where('at', '<', before.getTime())
          .limit(limit),
      )
      .executeTakeFirst();
    deleted += Number(result.numDeletedRows);
  }
  return deleted;
}
