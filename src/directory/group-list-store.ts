import { sql, type RawBuilder } from 'kysely';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { StoredGroup } from './stored.ts';
import { findGroups } from './group-store.ts';
import type { Condition } from './system-user-list-store.ts';

/** Fields that groups are looked for by, in the words of the original directory's V2 API. */
const columns = {
  id: sql.ref('groups.id'),
  name: sql.ref('groups.display_name_key'),
  created: sql.ref('groups.created_at'),
} as const satisfies Readonly<Record<string, RawBuilder<unknown>>>;

function columnOf(field: string): RawBuilder<unknown> {
  if (field === 'id' || field === 'name' || field === 'created') return columns[field];
  throw new AppError('invalidQuery', `There is no field ${quote(field)} to look by. There are: id, name, created.`, {
    attribute: 'filter',
    value: field,
  });
}

const comparisons = { eq: sql`=`, ne: sql`<>`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/** Groups that match, in the order of their creation unless it says otherwise. Throws invalidQuery (400). */
export async function listGroups(
  database: Database,
  organizationId: string,
  query: {
    readonly all: readonly Condition[];
    readonly sort: readonly { readonly field: string; readonly descending: boolean }[];
    readonly skip: number;
    readonly limit: number;
  },
): Promise<{ readonly total: number; readonly groups: readonly StoredGroup[] }> {
  const { json } = engineOf(database);
  const conditions = query.all.map(({ field, operator, values }): RawBuilder<boolean> => {
    const column = columnOf(field);
    const convert = (text: string) => (field === 'created' ? new Date(text).getTime() || 0 : fold(text));
    const [first = ''] = values;
    if (operator === 'in' || operator === 'nin') {
      const list = sql`(${sql.join(values.map((value) => sql.val(convert(value))))})`;
      return operator === 'in' ? sql`${column} in ${list}` : sql`${column} not in ${list}`;
    }
    if (operator === 'search') return json.contains(column, fold(first));
    if (operator === 'startsWith') {
      return sql`substr(${column}, 1, ${Array.from(fold(first)).length}) = ${fold(first)}`;
    }
    return sql`${column} ${comparisons[operator]} ${convert(first)}`;
  });
  const living = database
    .selectFrom('groups')
    .where('groups.organization_id', '=', organizationId)
    .where('groups.deleted_at', 'is', null)
    .$if(conditions.length > 0, (select) => select.where(sql<boolean>`${sql.join(conditions, sql` and `)}`));
  const counted = await living.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst();
  const order = query.sort.map(({ field, descending }) =>
    descending ? sql`${columnOf(field)} desc` : sql`${columnOf(field)}`,
  );
  const rows = await living
    .select('groups.id')
    .orderBy(sql`${sql.join([...order, sql.ref('groups.sequence')])}`)
    .offset(query.skip)
    .limit(query.limit)
    .execute();
  const ids = rows.map((row) => row.id);
  const byId = new Map((await findGroups(database, organizationId, ids)).map((group) => [group.id, group]));
  return { total: Number(counted?.total ?? 0), groups: ids.flatMap((id) => byId.get(id) ?? []) };
}
