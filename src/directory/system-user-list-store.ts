import { sql, type RawBuilder } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { JsonSql } from '#database/json-sql.ts';
import { attributeContract } from './attribute-contract.ts';
import {
  conditionSql,
  exactField,
  flagField,
  idField,
  numberField,
  orderSql,
  textField,
  timeField,
  unknownField,
  type FieldReader,
  type ListField,
} from './condition-sql.ts';
import { CONDITIONS_MAX, type Condition, type SortKey } from './list-condition.ts';
import { readCount } from './list-store.ts';
import { PROPERTIES_KEY } from './search-document.ts';
import type { StoredUser } from './stored.ts';
import { flagNames, propertyNames } from './system-user-fields.ts';
import { findUsers } from './user-store.ts';

export interface SystemUserQuery {
  readonly all: readonly Condition[];
  /** Alternatives: unless the list is empty, a user must match all conditions of at least one alternative. */
  readonly any: readonly (readonly Condition[])[];
  /** Search terms: unless the list is empty, at least one of `termFields` must contain at least one term. */
  readonly terms: readonly string[];
  readonly termFields: readonly string[];
  readonly sort: readonly SortKey[];
  readonly skip: number;
  readonly limit: number;
}

const security = (column: string) =>
  sql`(select ${sql.ref(column)} from user_security where user_security.user_id = users.id)`;

/** The columns by which users can be filtered and sorted. The attribute contract and the properties add more fields. */
const columns: ReadonlyMap<string, ListField> = new Map([
  ['_id', idField(sql.ref('users.id'))],
  ['id', idField(sql.ref('users.id'))],
  ['organization', exactField(sql.ref('users.organization_id'))],
  ['username', textField(sql.ref('users.username_key'), true)],
  ['email', textField(sql.ref('users.email_key'))],
  ['displayname', textField(sql.ref('users.display_name_key'))],
  ['employeeIdentifier', textField(sql.ref('users.employee_number_key'))],
  ['manager', textField(sql.ref('users.manager_key'))],
  ['state', { ...exactField(sql.ref('users.state')), convert: (sent) => sent.toUpperCase() }],
  ['suspended', flagField(sql`case when users.state = 'SUSPENDED' then 1 else 0 end`)],
  ['activated', flagField(sql`case when users.password_hash is null then 0 else 1 end`)],
  ['active', flagField(sql.ref('users.active'))],
  ['account_locked', flagField(sql.ref('users.account_locked'))],
  ['account_locked_date', timeField(security('locked_at'))],
  ['badLoginAttempts', numberField(sql`coalesce(${security('bad_login_attempts')}, 0)`, true)],
  ['password_expired', flagField(sql.ref('users.password_expired'))],
  ['password_date', timeField(security('password_changed_at'))],
  ['totp_enabled', flagField(sql`case when ${security('totp_enrolled_at')} is null then 0 else 1 end`)],
  ['creationSource', exactField(sql.ref('users.creation_source'))],
  ['created', timeField(sql.ref('users.created_at'), true)],
  ['lastModified', timeField(sql.ref('users.modified_at'), true)],
]);

const numbers: ReadonlySet<string> = new Set(['unix_uid', 'unix_guid']);
/** Properties that are objects or lists. Filters can use only one of their fields, RECOVERY_ADDRESS. */
const composed: ReadonlySet<string> = new Set(['attributes', 'relationships', 'recoveryEmail', 'delegatedAuthority']);
const RECOVERY_ADDRESS = 'recoveryEmail.address';

const knownFields: readonly string[] = [
  ...columns.keys(),
  ...attributeContract.map(({ property }) => property),
  ...propertyNames.filter((name) => !composed.has(name)),
  RECOVERY_ADDRESS,
];

function fieldsOf(json: JsonSql): FieldReader {
  const search = sql.ref('users.search');
  const property = (...names: readonly string[]) => [PROPERTIES_KEY, ...names];
  return (name) => {
    const column = columns.get(name);
    if (column !== undefined) return column;
    if (!knownFields.includes(name)) throw unknownField(name, knownFields);
    const row = attributeContract.find((one) => one.property === name);
    if (row !== undefined) return textField(json.value(search, row.scim, 'text'));
    if (numbers.has(name)) return numberField(json.value(search, property(name), 'number'));
    if (flagNames.some((known) => known === name)) {
      return flagField(sql`coalesce(${json.value(search, property(name), 'boolean')}, 0)`);
    }
    return textField(json.value(search, property(...name.split('.')), 'text'));
  };
}

/** Returns the SQL condition of a query; undefined if all users match. Throws `invalidQuery` (400) for too many conditions. */
function where(json: JsonSql, fieldOf: FieldReader, query: SystemUserQuery): RawBuilder<boolean> | undefined {
  if (query.all.length + query.any.length + query.terms.length === 0) return undefined;
  const hits = query.terms.flatMap((term) =>
    query.termFields.map((field): Condition => ({ field, operator: 'search', values: [term] })),
  );
  if (query.all.length + query.any.flat().length + hits.length > CONDITIONS_MAX) {
    throw new AppError(
      'invalidQuery',
      `A filter can have at most ${CONDITIONS_MAX} conditions; each search term counts once for each field that is searched.`,
    );
  }
  const compile = (condition: Condition) => conditionSql(json, fieldOf, condition);
  const every = (conditions: readonly Condition[]) =>
    conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(conditions.map(compile), sql` and `)})`;
  const some = (parts: readonly RawBuilder<boolean>[]) => sql<boolean>`(${sql.join(parts, sql` or `)})`;
  const parts = [every(query.all)];
  if (query.any.length > 0) parts.push(some(query.any.map(every)));
  if (query.terms.length > 0) parts.push(some(hits.map(compile)));
  return sql`${sql.join(parts, sql` and `)}`;
}

/**
 * Returns a page of the users that match a query, and the total number of matching users. If `sort` is empty, the users are in order
 * of creation. Throws `invalidQuery` (400) for an invalid condition or sort key, or for too many conditions or sort keys.
 */
export async function listSystemUsers(
  database: Database,
  organizationId: string,
  query: SystemUserQuery,
): Promise<{ readonly total: number; readonly users: readonly StoredUser[] }> {
  const { json } = engineOf(database);
  const fieldOf = fieldsOf(json);
  const condition = where(json, fieldOf, query);
  const matchingUsers = database
    .selectFrom('users')
    .where('users.organization_id', '=', organizationId)
    .where('users.deleted_at', 'is', null)
    .$if(condition !== undefined, (select) => select.where(condition ?? sql<boolean>`true`));
  const order = orderSql(fieldOf, query.sort, sql.ref('users.sequence'));
  const total =
    condition === undefined
      ? await readCount(database, organizationId, 'User')
      : Number(
          (await matchingUsers.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst())?.total ?? 0,
        );
  if (query.limit === 0 || query.skip >= total) return { total, users: [] };
  // Selects ids first, so that skipped rows are skipped in the index and only the rows of the page are read.
  const rows = await matchingUsers.select('users.id').orderBy(order).offset(query.skip).limit(query.limit).execute();
  const ids = rows.map((row) => row.id);
  const byId = new Map((await findUsers(database, organizationId, ids)).map((user) => [user.id, user]));
  return { total, users: ids.flatMap((id) => byId.get(id) ?? []) };
}
