import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

/** Requests of an integration that arrived within one interval of `bucketMs`. */
export interface ArrivalRow {
  readonly integrationId: string;
  /** The number of the interval, counted from 1970. */
  readonly bucket: number;
  readonly requests: number;
  readonly refused: number;
  /** The searches for a user and for a group that test the connection. */
  readonly userTests: number;
  readonly groupTests: number;
  /** When the last connection test of the interval arrived, in milliseconds since 1970; null if there was none. */
  readonly lastConnectionTestAt: number | null;
}

/** Counts the requests of each integration in each interval since a time; intervals without requests are missing. Oldest first. */
export async function countArrivals(
  database: Database,
  organizationId: string,
  since: Date,
  bucketMs: number,
): Promise<readonly ArrivalRow[]> {
  const bucket = sql<number>`requests.at / ${sql.lit(bucketMs)}`;
  const isTest = sql`requests.kind = 'connectionTest'`;
  const testsOf = (type: 'User' | 'Group') =>
    sql<number>`sum(case when ${isTest} and requests.resource_type = ${sql.lit(type)} then requests.count else 0 end)`;
  const rows = await database
    .selectFrom('requests')
    .select([
      'requests.integration_id',
      bucket.as('bucket'),
      sql<number>`sum(requests.count)`.as('requests'),
      sql<number>`sum(case when requests.outcome in ('refused', 'failed') then requests.count else 0 end)`.as(
        'refused',
      ),
      testsOf('User').as('user_tests'),
      testsOf('Group').as('group_tests'),
      sql<number | null>`max(case when ${isTest} then requests.at end)`.as('last_test'),
    ])
    .where('requests.organization_id', '=', organizationId)
    .where('requests.at', '>=', since.getTime())
    .where('requests.integration_id', 'is not', null)
    .groupBy(['requests.integration_id', bucket])
    .orderBy('bucket')
    .execute();
  return rows.map((row) => ({
    integrationId: row.integration_id ?? '',
    bucket: Number(row.bucket),
    requests: Number(row.requests),
    refused: Number(row.refused),
    userTests: Number(row.user_tests),
    groupTests: Number(row.group_tests),
    lastConnectionTestAt: row.last_test === null ? null : Number(row.last_test),
  }));
}

/** Counts the users that each integration owns; those that are deleted do not count. */
export async function countOwnedUsers(
  database: Database,
  organizationId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('users')
    .select(['integration_id', sql<number>`count(*)`.as('number')])
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .groupBy('integration_id')
    .execute();
  return numbers(rows);
}

/** Counts the groups that each integration owns; those that are deleted do not count. */
export async function countOwnedGroups(
  database: Database,
  organizationId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('groups')
    .select(['integration_id', sql<number>`count(*)`.as('number')])
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .groupBy('integration_id')
    .execute();
  return numbers(rows);
}

function numbers(rows: readonly { readonly integration_id: string | null; readonly number: number }[]) {
  return new Map(rows.map((row) => [row.integration_id ?? '', Number(row.number)]));
}
