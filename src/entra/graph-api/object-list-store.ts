import { sql, type RawBuilder } from 'kysely';
import type { Database } from '#database/database.ts';
import { prefixUpperBound } from '../source/name-prefix.ts';

/** Conditions on indexed columns. Names and userPrincipalNames are case-folded. */
export interface KeyBounds {
  readonly id?: string;
  readonly upnIs?: string;
  readonly upnBegins?: string;
  readonly nameIs?: string;
  readonly nameBegins?: string;
}

/** The position of an object in a list: its case-folded displayName and its id. */
export interface NamePosition {
  readonly name: string;
  readonly id: string;
}

export interface ObjectListQuery {
  readonly table: 'entra_users' | 'entra_groups';
  readonly tenantId: string;
  readonly isDeleted: boolean;
  readonly bounds: KeyBounds;
}

/** Returns the positions of a page of objects, ordered by displayName. The next page starts after the last position. */
export async function pageOfIds(
  database: Database,
  query: ObjectListQuery,
  page: { readonly after: NamePosition | undefined; readonly descending: boolean; readonly limit: number },
): Promise<readonly NamePosition[]> {
  const { after, descending, limit } = page;
  const order = descending ? 'desc' : 'asc';
  const beyond =
    after === undefined
      ? undefined
      : descending
        ? sql<boolean>`(name_key, id) < (${after.name}, ${after.id})`
        : sql<boolean>`(name_key, id) > (${after.name}, ${after.id})`;
  const rows = await selected(database, query)
    .select(['id', 'name_key'])
    .$if(beyond !== undefined, (select) => select.where(beyond as RawBuilder<boolean>))
    .orderBy('name_key', order)
    .orderBy('id', order)
    .limit(limit)
    .execute();
  return rows.map((row) => ({ name: row.name_key, id: row.id }));
}

/** Returns the number of objects within the bounds. */
export async function countObjects(database: Database, query: ObjectListQuery): Promise<number> {
  const row = await selected(database, query)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

function selected(database: Database, { table, tenantId, isDeleted, bounds }: ObjectListQuery) {
  const { id, upnIs, upnBegins, nameIs, nameBegins } = bounds;
  return (
    database
      // Groups have all of these columns except upn_key. Lists of groups do not set upnIs or upnBegins, so they do not use upn_key.
      .selectFrom(table as 'entra_users')
      .where('tenant_id', '=', tenantId)
      .where('deleted_at', isDeleted ? 'is not' : 'is', null)
      .$if(id !== undefined, (select) => select.where('id', '=', id ?? ''))
      .$if(upnIs !== undefined, (select) => select.where('upn_key', '=', upnIs ?? ''))
      .$if(nameIs !== undefined, (select) => select.where('name_key', '=', nameIs ?? ''))
      .$if(upnBegins !== undefined, (select) =>
        select.where('upn_key', '>=', upnBegins ?? '').where('upn_key', '<', prefixUpperBound(upnBegins ?? '')),
      )
      .$if(nameBegins !== undefined, (select) =>
        select.where('name_key', '>=', nameBegins ?? '').where('name_key', '<', prefixUpperBound(nameBegins ?? '')),
      )
  );
}
