import type { Insertable } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import { preparedCommand } from '#database/prepared.ts';
import type { RequestTable } from '#database/request-tables.ts';
import { countedEntryId, entryId } from './entry-id.ts';
import type { RequestContent, RequestSummary } from './logged-request.ts';

type RequestRow = Omit<Required<Insertable<RequestTable>>, 'sequence'>;

/** The number of rows in one statement that notes requests without their content. */
const ROWS_PER_STATEMENT = 20;

const insertRow = preparedCommand((database, row: RequestRow) =>
  database.insertInto('requests').values({
    id: row.id,
    organization_id: row.organization_id,
    at: row.at,
    integration_id: row.integration_id,
    kind: row.kind,
    method: row.method,
    resource_type: row.resource_type,
    outcome: row.outcome,
    status: row.status,
    reason: row.reason,
    target_id: row.target_id,
    name: row.name,
    client: row.client,
    request_id: row.request_id,
    activity_id: row.activity_id,
    client_request_id: row.client_request_id,
    x_request_id: row.x_request_id,
    event_id: row.event_id,
    count: row.count,
    size: row.size,
    detail: row.detail,
    body: row.body,
    answer: row.answer,
  }),
);

/** Stores a request with its content. Pass the transaction of the change, so that there is no change without its request. */
export async function insertRequest(
  database: Database,
  summary: RequestSummary,
  content: RequestContent,
): Promise<void> {
  const { body = null, answer = null } = content;
  const detail = JSON.stringify(content.detail);
  await insertRow(database, {
    ...columnsOf(summary),
    id: entryId(summary),
    target_id: content.targetId ?? null,
    name: content.name ?? null,
    event_id: content.eventId ?? null,
    count: 1,
    size: byteLength(detail) + byteLength(body) + byteLength(answer),
    detail,
    body,
    answer,
  });
}

/** Requests of one kind and outcome that arrived within a short time. The ids are those of the first. */
export interface CountedRequests {
  readonly summary: RequestSummary;
  readonly count: number;
}

/** Stores requests without their content, in one transaction for each statement. */
export async function insertCounted(database: Database, all: readonly CountedRequests[]): Promise<void> {
  for (const some of chunks(all, ROWS_PER_STATEMENT)) {
    const rows = some.map(({ summary, count }): RequestRow => ({
      ...columnsOf(summary),
      id: countedEntryId(summary),
      target_id: null,
      name: null,
      event_id: null,
      count,
      size: 0,
      detail: null,
      body: null,
      answer: null,
    }));
    await database.insertInto('requests').values(rows).execute();
  }
}

function columnsOf(summary: RequestSummary) {
  const { sentIds } = summary;
  return {
    organization_id: summary.organizationId,
    at: summary.at.getTime(),
    integration_id: summary.integrationId ?? null,
    kind: summary.kind,
    method: summary.method,
    resource_type: summary.resourceType ?? null,
    outcome: summary.outcome,
    status: summary.status,
    reason: summary.reason ?? null,
    client: summary.client ?? null,
    request_id: summary.requestId,
    activity_id: sentIds.activity_id ?? null,
    client_request_id: sentIds.client_request_id ?? null,
    x_request_id: sentIds.x_request_id ?? null,
  };
}

function byteLength(text: string | null): number {
  return text === null ? 0 : Buffer.byteLength(text);
}
