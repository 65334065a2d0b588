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
 * The keys of a page of all users or groups in the order of their creation. Rows before the page are skipped in an index, from
 * the end of the list that is nearer: the last pages cost what the first ones do.
 */
export async function readPlainPage(
  database: Database,
  organizationId: string,
  type: ResourceTypeName,
  { offset, limit, total }: { readonly offset: number; readonly limit: number; readonly total: number },
): Promise<readonly ListKey[]> {
  const behind = Math.max(0, total - offset);
  const isNearEnd = offset > total / 2;
  const count = isNearEnd ? Math.min(limit, behind) : limit;
  const rows = isNearEnd
    ? (await pages[type].desc(database, { organizationId, limit: count, offset: behind - count })).toReversed()
    : await pages[type].asc(database, { organizationId, limit, offset });
  return rows.map(({ id, sequence }) => ({ type, id, sequence, value: null }));
}
