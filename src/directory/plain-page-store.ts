import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import type { ListKey } from './list-store.ts';

interface PageValues {
  readonly organizationId: string;
  readonly limit: number;
  readonly offset: number;
}

function pageOf(table: 'users' | 'groups', direction: 'asc' | 'desc') {
  return prepared((database, values: PageValues) =>
    database
      .selectFrom(table)
      .select(['id', 'sequence'])
      .where('organization_id', '=', values.organizationId)
      .where('deleted_at', 'is', null)
      .orderBy('sequence', direction)
      .limit(values.limit)
      .offset(values.offset),
  );
}

const pages = {
  User: { asc: pageOf('users', 'asc'), desc: pageOf('users', 'desc') },
  Group: { asc: pageOf('groups', 'asc'), desc: pageOf('groups', 'desc') },
} as const;

/**
 * Returns the keys of a page of all users or groups, in order of creation. Skips the rows before the page in an index, starting
 * from the nearer end of the list, so that the last pages are as fast as the first pages.
 */
export async function readPlainPage(
  database: Database,
  organizationId: string,
  type: ResourceTypeName,
  { offset, limit, total }: { readonly offset: number; readonly limit: number; readonly total: number },
): Promise<readonly ListKey[]> {
  const remaining = Math.max(0, total - offset);
  const isNearEnd = offset > total / 2;
  const count = isNearEnd ? Math.min(limit, remaining) : limit;
  const rows = isNearEnd
    ? (await pages[type].desc(database, { organizationId, limit: count, offset: remaining - count })).toReversed()
    : await pages[type].asc(database, { organizationId, limit, offset });
  return rows.map(({ id, sequence }) => ({ type, id, sequence, value: null }));
}
