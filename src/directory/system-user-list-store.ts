import { sql, type RawBuilder } from 'kysely';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { JsonSql } from '#database/json-sql.ts';
import { attributeContract } from './attribute-contract.ts';
import { PROPERTIES_KEY } from './search-document.ts';
import type { StoredUser } from './stored.ts';
import { flagNames, propertyNames } from './system-user-fields.ts';
import { toStoredUser, userColumns } from './user-row-store.ts';

/** Conditions of one query, and values of one `in`. */
export const CONDITIONS_MAX = 50;
export const VALUES_MAX = 500;

export type ListOperator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'nin' | 'search' | 'startsWith';

/** One part of a filter of the original directory's API. */
export interface Condition {
  readonly field: string;
  readonly operator: ListOperator;
  readonly values: readonly string[];
}

export interface SystemUserQuery {
  readonly all: readonly Condition[];
  readonly any: readonly Condition[];
  /** Terms that are looked for anywhere in the fields; a user needs one of them. */
  readonly terms: readonly string[];
  readonly termFields: readonly string[];
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[];
  readonly skip: number;
  readonly limit: number;
}

interface Field {
  readonly value: RawBuilder<unknown>;
  /** What is sent, as it is compared. */
  readonly convert: (text: string) => string | number;
}

const text = (value: RawBuilder<unknown>): Field => ({ value, convert: fold });
const flag = (value: RawBuilder<unknown>): Field => ({
  value,
  convert: (sent) => (sent === 'true' ? 1 : sent === 'false' ? 0 : -1),
});
const time = (value: RawBuilder<unknown>): Field => ({ value, convert: (sent) => new Date(sent).getTime() || 0 });

/** Fields that filters and sorting know, besides those of the contract and the properties. */
const columns: Readonly<Record<string, Field>> = {
  _id: { value: sql.ref('users.id'), convert: (sent) => sent },
  id: { value: sql.ref('users.id'), convert: (sent) => sent },
  username: text(sql.ref('users.username_key')),
  email: text(sql.ref('users.email_key')),
  displayname: text(sql.ref('users.display_name_key')),
  employeeIdentifier: text(sql.ref('users.employee_number_key')),
  state: { value: sql.ref('users.state'), convert: (sent) => sent.toUpperCase() },
  suspended: flag(sql`case when users.state = 'SUSPENDED' then 1 else 0 end`),
  activated: flag(sql`case when users.password_hash is null then 0 else 1 end`),
  active: flag(sql.ref('users.active')),
  account_locked: flag(sql.ref('users.account_locked')),
  password_expired: flag(sql.ref('users.password_expired')),
  creationSource: { value: sql.ref('users.creation_source'), convert: (sent) => sent },
  created: time(sql.ref('users.created_at')),
  lastModified: time(sql.ref('users.modified_at')),
  external_source_type: { value: sql.ref('users.creation_source'), convert: (sent) => sent },
};

const numbers: ReadonlySet<string> = new Set(['unix_uid', 'unix_guid']);

/** Throws invalidQuery (400) that lists the fields that there are. */
function fieldOf(json: JsonSql, name: string): Field {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  const search = sql.ref('users.search');
  const row = attributeContract.find(({ property }) => property === name);
  if (row !== undefined) return text(json.value(search, row.scim, 'text'));
  if (numbers.has(name)) return { value: json.value(search, [PROPERTIES_KEY, name], 'number'), convert: Number };
  if (flagNames.some((known) => known === name)) {
    return flag(sql`coalesce(${json.value(search, [PROPERTIES_KEY, name], 'boolean')}, 0)`);
  }
  if (propertyNames.some((known) => known === name)) return text(json.value(search, [PROPERTIES_KEY, name], 'text'));
  const known = [...Object.keys(columns), ...attributeContract.map(({ property }) => property), ...propertyNames];
  throw new AppError('invalidQuery', `There is no field ${quote(name)} to look by. There are: ${known.join(', ')}.`, {
    attribute: 'filter',
    value: name,
  });
}

const comparisons = {
  eq: sql`=`,
  gt: sql`>`,
  gte: sql`>=`,
  lt: sql`<`,
  lte: sql`<=`,
} as const;

function compile(json: JsonSql, { field, operator, values }: Condition): RawBuilder<boolean> {
  const { value, convert } = fieldOf(json, field);
  if (values.length > VALUES_MAX) {
    throw new AppError('invalidQuery', `A filter takes at most ${VALUES_MAX} values; ${field} has ${values.length}.`);
  }
  const [first = ''] = values;
  switch (operator) {
    case 'in':
      return sql`${value} in (${sql.join(values.map((one) => sql.val(convert(one))))})`;
    case 'nin':
      return sql`(${value} is null or ${value} not in (${sql.join(values.map((one) => sql.val(convert(one))))}))`;
    case 'ne':
      return sql`(${value} is null or ${value} <> ${convert(first)})`;
    case 'search':
      return json.contains(value, String(convert(first)));
    case 'startsWith': {
      const prefix = String(convert(first));
      return sql`substr(${value}, 1, ${Array.from(prefix).length}) = ${prefix}`;
    }
    default:
      return sql`${value} ${comparisons[operator]} ${convert(first)}`;
  }
}

function where(json: JsonSql, query: SystemUserQuery): RawBuilder<boolean> {
  if (query.all.length + query.any.length > CONDITIONS_MAX) {
    throw new AppError('invalidQuery', `A filter takes at most ${CONDITIONS_MAX} conditions.`);
  }
  const parts = query.all.map((condition) => compile(json, condition));
  if (query.any.length > 0) {
    parts.push(
      sql`(${sql.join(
        query.any.map((condition) => compile(json, condition)),
        sql` or `,
      )})`,
    );
  }
  if (query.terms.length > 0) {
    const hits = query.terms.flatMap((term) =>
      query.termFields.map((field) => compile(json, { field, operator: 'search', values: [term] })),
    );
    parts.push(hits.length === 0 ? sql`false` : sql`(${sql.join(hits, sql` or `)})`);
  }
  return parts.length === 0 ? sql`true` : sql`${sql.join(parts, sql` and `)}`;
}

/** Users that match, a page of them, and how many there are in all. Throws invalidQuery (400). */
export async function listSystemUsers(
  database: Database,
  organizationId: string,
  query: SystemUserQuery,
): Promise<{ readonly total: number; readonly users: readonly StoredUser[] }> {
  const { json } = engineOf(database);
  const condition = where(json, query);
  const order = query.sort.map(({ field, descending }) =>
    descending ? sql`${fieldOf(json, field).value} desc` : sql`${fieldOf(json, field).value}`,
  );
  const living = database
    .selectFrom('users')
    .where('users.organization_id', '=', organizationId)
    .where('users.deleted_at', 'is', null)
    .where(condition);
  const counted = await living.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst();
  const total = Number(counted?.total ?? 0);
  if (query.limit === 0 || query.skip >= total) return { total, users: [] };
  const rows = await living
    .select(userColumns)
    .orderBy(sql`${sql.join([...order, sql.ref('users.sequence')])}`)
    .offset(query.skip)
    .limit(query.limit)
    .execute();
  return { total, users: rows.map(toStoredUser) };
}
