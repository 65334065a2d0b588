import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

/** People whom one source sent and who were refused for the same reason. */
export interface RefusedGroup {
  /** The id of the integration; empty for requests of other callers. */
  readonly sourceId: string;
  readonly sourceName: string | null;
  readonly errorCode: string;
  /** The code of the reason, which is finer; null if the error has none. */
  readonly reasonCode: string | null;
  readonly people: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The texts of one or two of the refusals: of the first and the last one in alphabetical order. */
  readonly messages: readonly string[];
}

/** Counts the refused people by source, error and reason, the most people first. There are at most REFUSED_PEOPLE_MAX. */
export async function countRefusalsByReason(
  database: Database,
  organizationId: string,
  limit: number,
): Promise<readonly RefusedGroup[]> {
  const rows = await database
    .selectFrom('refused_people')
    .select([
      'source_id',
      'error_code',
      'reason_code',
      sql<number>`count(*)`.as('people'),
      sql<number>`min(first_at)`.as('first_at'),
      sql<number>`max(last_at)`.as('last_at'),
      sql<string>`min(message)`.as('first_message'),
      sql<string>`max(message)`.as('last_message'),
      sql<string | null>`max(source_name)`.as('source_name'),
    ])
    .where('organization_id', '=', organizationId)
    .groupBy(['source_id', 'error_code', 'reason_code'])
    .orderBy('people', 'desc')
    .orderBy('source_id')
    .orderBy('error_code')
    .orderBy('reason_code')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    sourceId: row.source_id,
    sourceName: row.source_name,
    errorCode: row.error_code,
    reasonCode: row.reason_code,
    people: Number(row.people),
    firstAt: new Date(Number(row.first_at)),
    lastAt: new Date(Number(row.last_at)),
    messages: [...new Set([row.first_message, row.last_message])],
  }));
}

/** A group that names members who do not exist yet. */
export interface WaitingGroup {
  readonly id: string;
  readonly name: string;
  readonly members: number;
  readonly sourceId: string | null;
}

/** Lists the groups that wait for members, those that wait for the most first. */
export async function findWaitingGroups(
  database: Database,
  organizationId: string,
  limit: number,
): Promise<readonly WaitingGroup[]> {
  const rows = await database
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.group_id')
    .select(['groups.id', 'groups.display_name', 'groups.integration_id', sql<number>`count(*)`.as('members')])
    .where('memberships.organization_id', '=', organizationId)
    .where('memberships.awaited_key', 'is not', null)
    .where('groups.deleted_at', 'is', null)
    .groupBy(['groups.id', 'groups.display_name', 'groups.integration_id'])
    .orderBy('members', 'desc')
    .orderBy('groups.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.display_name,
    members: Number(row.members),
    sourceId: row.integration_id,
  }));
}

/** The maximum number of failed emails that are counted. */
export const FAILED_MAIL_MAX = 1_000;

/** Counts up to FAILED_MAIL_MAX emails that failed since a time, with the last failure; undefined if none did. */
export async function countFailedMail(database: Database, organizationId: string, since: Date) {
  const rows = await database
    .selectFrom('mails')
    .select('created_at')
    .where('organization_id', '=', organizationId)
    .where('created_at', '>=', since.getTime())
    .where('state', '=', 'failed')
    .orderBy('organization_id', 'desc')
    .orderBy('created_at', 'desc')
    .limit(FAILED_MAIL_MAX + 1)
    .execute();
  const [last] = rows;
  if (last === undefined) return undefined;
  const isMore = rows.length > FAILED_MAIL_MAX;
  return { number: isMore ? FAILED_MAIL_MAX : rows.length, isMore, lastAt: new Date(Number(last.created_at)) };
}
