import type { TypedFilter } from '#scim/filter/ast.ts';
import { matches } from '#scim/filter/evaluate.ts';
import { nameOf } from '#scim/path/attribute-path.ts';
import { demandedValue } from './filter-sql.ts';
import type { DirectoryDeps } from './stored.ts';
import { lookUpUsers, type FoundUser, type LookupColumn } from './user-store.ts';

/** How identity providers match: each of these filters is one look-up in an index. */
const columns: ReadonlyMap<string, LookupColumn> = new Map([
  ['id', 'id'],
  ['userName', 'user_name_key'],
  ['externalId', 'external_id'],
]);

/**
 * The users that a filter finds by an index alone; undefined for any other filter, and where too many share the value.
 * It answers what the general list would, without building a query first.
 */
export async function lookUp(
  { database }: DirectoryDeps,
  organizationId: string,
  filter: TypedFilter,
): Promise<readonly FoundUser[] | undefined> {
  const wanted = wantedOf(filter);
  if (wanted === undefined) return undefined;
  const found = await lookUpUsers(database, wanted.column, { organizationId, key: wanted.key });
  return wanted.column === 'email'
    ? found?.filter(({ user }) => matches(filter, JSON.parse(user.documentText)))
    : found;
}

function wantedOf(filter: TypedFilter): { readonly column: LookupColumn; readonly key: string } | undefined {
  if (filter.kind === 'comparison' && filter.operator === 'eq' && typeof filter.value === 'string') {
    const column = columns.get(nameOf(filter.target));
    return column && { column, key: filter.value };
  }
  if (filter.kind !== 'valuePath' || nameOf(filter.target) !== 'emails') return undefined;
  const key = demandedValue(filter.filter);
  return key === undefined ? undefined : { column: 'email', key };
}
