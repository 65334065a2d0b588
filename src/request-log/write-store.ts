import type { Database } from '#database/database.ts';
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

/** True for a request that creates, changes or deletes one user or group. */
export function writesResource<Request extends Pick<LoggedWrite, 'kind' | 'resourceType'>>(
  request: Request,
): request is Request & { readonly resourceType: 'User' | 'Group' } {
  const { kind, resourceType } = request;
  const isWrite = kind === 'create' || kind === 'replace' || kind === 'patch' || kind === 'delete';
  return isWrite && (resourceType === 'User' || resourceType === 'Group');
}

/** What a list of logged requests contains of each: enough to choose those whose content is needed. */
export type RequestHead = Pick<LoggedWrite, 'id' | 'kind' | 'resourceType' | 'integrationId' | 'targetId' | 'name'> & {
  readonly at: Date;
  readonly hasContent: boolean;
};

/** Lists the newest logged requests of an organization, without their content. */
export async function listRequestHeads(
  database: Database,
  organizationId: string,
  limit: number,
): Promise<readonly RequestHead[]> {
  const rows = await database
    .selectFrom('requests')
    .select(['id', 'at', 'kind', 'resource_type', 'integration_id', 'target_id', 'name', 'size'])
    .where('organization_id', '=', organizationId)
    .orderBy('organization_id', 'desc')
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: new Date(row.at),
    kind: row.kind,
    resourceType: row.resource_type,
    integrationId: row.integration_id,
    targetId: row.target_id,
    name: row.name,
    hasContent: row.size > 0,
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
