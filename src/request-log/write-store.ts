import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { hidden } from '#database/request-conditions.ts';
import type { RequestTable } from '#database/request-tables.ts';
import type { RequestDetail } from './logged-request.ts';
import { findRequest } from './request-query-store.ts';
import { readDetail } from './shown-request.ts';

/** A logged request that creates, changes or deletes a user or a group. */
export interface LoggedWrite {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly method: string;
  readonly resourceType: RequestTable['resource_type'];
  readonly integrationId: string | null;
  readonly outcome: RequestTable['outcome'];
  readonly status: number;
  readonly reason: string | null;
  readonly targetId: string | null;
  readonly name: string | null;
  /** Undefined if only the time, the kind and the outcome were kept. */
  readonly detail: RequestDetail | undefined;
  readonly body: string | null;
}

/** Finds a logged request of an organization by its id; undefined if it is not, or no longer, in the log. */
export async function findLoggedRequest(
  database: Database,
  organizationId: string,
  id: string,
): Promise<LoggedWrite | undefined> {
  const row = await findRequest(database, organizationId, id);
  return row && toLoggedWrite(row);
}

const writeKinds = ['create', 'replace', 'patch', 'delete'] as const;

/** True for a request that creates, changes or deletes one user or group. */
export function writesResource<Request extends Pick<LoggedWrite, 'kind' | 'resourceType'>>(
  request: Request,
): request is Request & { readonly resourceType: 'User' | 'Group' } {
  const { kind, resourceType } = request;
  return writeKinds.some((write) => write === kind) && (resourceType === 'User' || resourceType === 'Group');
}

/** What a list of logged writes contains of each: enough to choose those whose content is needed. */
export type WriteHead = Pick<LoggedWrite, 'id' | 'at' | 'kind' | 'resourceType' | 'targetId' | 'name'>;

/** Lists the newest logged writes of an integration that have their content, at most `limit`. The list does not have the content. */
export async function listWriteHeads(
  database: Database,
  organizationId: string,
  integrationId: string,
  limit: number,
): Promise<readonly WriteHead[]> {
  const rows = await database
    .selectFrom('requests')
    .select(['id', 'at', 'kind', 'resource_type', 'target_id', 'name'])
    .where('organization_id', '=', organizationId)
    // The index on the time has both, so that neither requests that were only counted nor those of other integrations are read.
    .where('size', '>', 0)
    .where('integration_id', '=', integrationId)
    .where(hidden(sql`resource_type in ('User', 'Group') and kind in (${sql.join(writeKinds)})`))
    .orderBy('organization_id', 'desc')
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: new Date(Number(row.at)),
    kind: row.kind,
    resourceType: row.resource_type,
    targetId: row.target_id,
    name: row.name,
  }));
}

function toLoggedWrite(row: NonNullable<Awaited<ReturnType<typeof findRequest>>>): LoggedWrite {
  return {
    id: row.id,
    at: new Date(row.at),
    kind: row.kind,
    method: row.method,
    resourceType: row.resource_type,
    integrationId: row.integration_id,
    outcome: row.outcome,
    status: row.status,
    reason: row.reason,
    targetId: row.target_id,
    name: row.name,
    detail: row.detail === null ? undefined : readDetail(row.detail),
    body: row.body,
  };
}
