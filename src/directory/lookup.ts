import type { TypedFilter } from '#scim/filter/ast.ts';
import { matches } from '#scim/filter/evaluate.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { demandedValue } from './filter-sql.ts';
import type { DirectoryDeps } from './stored.ts';
import { lookUpUsers, type FoundUser, type LookupColumn } from './user-store.ts';

/** The attributes by which identity providers match users. An `eq` filter on one of them is a single index look-up. */
const columns: ReadonlyMap<string, LookupColumn> = new Map([
  ['id', 'id'],
  ['userName', 'user_name_key'],
  ['externalId', 'external_id'],
]);

/**
 * Finds the users for a filter that a single index look-up can answer. The result is the same as that of the general list, without
 * the cost of building a query. Returns undefined for any other filter, and if too many users share the value.
 */
export async function lookUpByIndex(
  { database }: DirectoryDeps,
  organizationId: string,
  filter: TypedFilter,
): Promise<readonly FoundUser[] | undefined> {
  const wanted = indexKeyOf(filter);
  if (wanted === undefined) return undefined;
  const found = await lookUpUsers(database, wanted.column, { organizationId, key: wanted.key });
  return wanted.column === 'email'
    ? found?.filter(({ user }) => matches(filter, JSON.parse(user.documentText)))
    : found;
}

function indexKeyOf(filter: TypedFilter): { readonly column: LookupColumn; readonly key: string } | undefined {
  if (filter.kind === 'comparison' && filter.operator === 'eq' && typeof filter.value === 'string') {
    const column = columns.get(nameOf(filter.target));
    return column && { column, key: filter.value };
  }
  if (filter.kind !== 'valuePath' || nameOf(filter.target) !== 'emails') return undefined;
  const key = demandedValue(filter.filter);
  return key === undefined ? undefined : { column: 'email', key };
}
