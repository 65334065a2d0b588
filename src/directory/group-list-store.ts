import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import {
  conditionSql,
  exactField,
  idField,
  orderSql,
  textField,
  timeField,
  unknownField,
  type ListField,
} from './condition-sql.ts';
import { CONDITIONS_MAX, type Condition, type SortKey } from './list-condition.ts';
import type { StoredGroup } from './stored.ts';
import { readCount } from './list-store.ts';
import { findGroups } from './group-store.ts';

/** The fields by which groups can be filtered and sorted, named as in the legacy directory's V2 API. */
const columns: ReadonlyMap<string, ListField> = new Map([
  ['id', idField(sql.ref('groups.id'))],
  ['name', textField(sql.ref('groups.display_name_key'), true)],
  ['type', exactField(sql`cast('user_group' as text)`)],
  ['creationSource', exactField(sql.ref('groups.creation_source'))],
  ['created', timeField(sql.ref('groups.created_at'), true)],
  ['lastModified', timeField(sql.ref('groups.modified_at'), true)],
]);

function fieldOf(name: string): ListField {
  const column = columns.get(name);
  if (column === undefined) throw unknownField(name, [...columns.keys()]);
  return column;
}

/**
 * Returns a page of the groups that match all conditions, and the total number of matching groups. If `sort` is empty, the groups
 * are in order of creation. Throws `invalidQuery` (400) for an invalid condition or sort key, or more than CONDITIONS_MAX conditions.
 */
export async function listGroups(
  database: Database,
  organizationId: string,
  query: {
    readonly all: readonly Condition[];
    readonly sort: readonly SortKey[];
    readonly skip: number;
    readonly limit: number;
  },
): Promise<{ readonly total: number; readonly groups: readonly StoredGroup[] }> {
  if (query.all.length > CONDITIONS_MAX) {
    throw new AppError('invalidQuery', `A filter can have at most ${CONDITIONS_MAX} conditions.`);
  }
  const { json } = engineOf(database);
  const conditions = query.all.map((condition) => conditionSql(json, fieldOf, condition));
  const matchingGroups = database
    .selectFrom('groups')
    .where('groups.organization_id', '=', organizationId)
    .where('groups.deleted_at', 'is', null)
    .$if(conditions.length > 0, (select) => select.where(sql<boolean>`${sql.join(conditions, sql` and `)}`));
  const order = orderSql(fieldOf, query.sort, sql.ref('groups.sequence'));
  const total =
    conditions.length === 0
      ? await readCount(database, organizationId, 'Group')
      : (await matchingGroups.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst())?.total;
  const rows = await matchingGroups.select('groups.id').orderBy(order).offset(query.skip).limit(query.limit).execute();
  const ids = rows.map((row) => row.id);
  const byId = new Map((await findGroups(database, organizationId, ids)).map((group) => [group.id, group]));
  return { total: Number(total ?? 0), groups: ids.flatMap((id) => byId.get(id) ?? []) };
}
