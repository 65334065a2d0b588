import { sql, type RawBuilder, type Selectable } from 'kysely';
import { isErrorCode } from '#base/reasons/refusal-codes.ts';
import type { SearchPart } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import type { RefusedPersonTable } from '#database/people-tables.ts';
import { termConditions } from './term-condition-store.ts';
import { NO_SOURCE } from '#integrations/source-filter.ts';
import type { PeopleQuery, PeopleSort } from './people-query.ts';

/** The conditions of a search for refused people. */
export interface RefusedSearch extends Pick<PeopleQuery, 'source' | 'changedSince' | 'reason'> {
  readonly parts: readonly SearchPart[];
}

export type RefusedRow = Selectable<RefusedPersonTable> & {
  /** The value by which the list is sorted. */
  readonly value: string | number | null;
};

/** No row has a value. PostgreSQL refuses to sort by a constant. */
const nothing = sql`nullif(substr(id, 1, 0), '')`;

/** The values by which refused people are sorted: texts are folded. The department and the title that were sent are not stored. */
const sortValues: Readonly<Record<PeopleSort, RawBuilder<unknown>>> = {
  name: sql`name_key`,
  userName: sql`user_name_key`,
  email: sql`email_key`,
  department: nothing,
  title: nothing,
  created: sql`first_at`,
  lastChanged: sql`last_at`,
};

function matching(database: Database, organizationId: string, search: RefusedSearch) {
  const { source, changedSince, reason, parts } = search;
  return database
    .selectFrom('refused_people')
    .where('organization_id', '=', organizationId)
    .$if(source !== undefined, (select) => select.where('source_id', '=', source === NO_SOURCE ? '' : (source ?? '')))
    .$if(reason !== undefined, (select) =>
      select.where(isErrorCode(reason ?? '') ? 'error_code' : 'reason_code', '=', reason ?? ''),
    )
    .$if(changedSince !== undefined, (select) => select.where('last_at', '>=', changedSince?.getTime() ?? 0))
    .$call((select) =>
      termConditions(database, 'refused_people', parts).reduce((all, condition) => all.where(condition), select),
    );
}

/** Counts the refused people that match. There are at most REFUSED_PEOPLE_MAX in an organization. */
export async function countRefusedPeople(
  database: Database,
  organizationId: string,
  search: RefusedSearch,
): Promise<number> {
  const found = await matching(database, organizationId, search)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirst();
  return Number(found?.total ?? 0);
}

/**
 * Lists the refused people that match. People without a value are last in ascending order and first in descending order. People with equal
 * values are in the order of their ids.
 */
export async function listRefusedPeople(
  database: Database,
  organizationId: string,
  search: RefusedSearch,
  order: Pick<PeopleQuery, 'sort' | 'descending' | 'limit' | 'skip'> & {
    readonly after: { readonly id: string; readonly value: string | number | null } | undefined;
  },
): Promise<readonly RefusedRow[]> {
  const { sort, descending, limit, skip, after } = order;
  const value = sortValues[sort];
  const direction = descending ? sql`desc` : sql`asc`;
  const inOrder = sql`(${value} is null) ${direction}, ${value} ${direction}, id ${direction}`;
  const page = matching(database, organizationId, search)
    .select('id')
    .$if(after !== undefined, (select) => select.where(isAfter(value, descending, after ?? { id: '', value: null })))
    .orderBy(inOrder)
    .limit(limit)
    .offset(skip);
  // The rows of the page are read after the order is known, because they are large.
  return await database
    .selectFrom('refused_people')
    .selectAll()
    .select(sql<string | number | null>`${value}`.as('value'))
    .where('organization_id', '=', organizationId)
    .where('id', 'in', page)
    .orderBy(inOrder)
    .execute();
}

/** Returns the condition for people after a position, of which the value is null if the person has none. */
function isAfter(
  value: RawBuilder<unknown>,
  descending: boolean,
  after: { readonly id: string; readonly value: string | number | null },
): RawBuilder<boolean> {
  const comparison = descending ? sql`<` : sql`>`;
  const isLaterId = sql`id ${comparison} ${after.id}`;
  if (after.value === null) {
    return descending ? sql`(${value} is not null or ${isLaterId})` : sql`(${value} is null and ${isLaterId})`;
  }
  const isLater = sql`${value} ${comparison} ${after.value} or (${value} = ${after.value} and ${isLaterId})`;
  return descending ? sql`(${isLater})` : sql`(${isLater} or ${value} is null)`;
}
