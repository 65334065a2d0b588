import { sql, type RawBuilder } from 'kysely';
import type { JsonSql } from '#database/json-sql.ts';
import { rejectSubAttribute } from './resource-filter.ts';

/** The FROM clause of memberships, joined with the users (`person`) and groups (`nested`) that are the members. */
export const memberTables = sql`from memberships
  left join users as person on person.id = memberships.member_id and person.deleted_at is null
  left join groups as nested on nested.id = memberships.member_id and nested.deleted_at is null`;

/** True for rows whose member exists or is awaited; false for members that are deleted and can still be restored. */
export const isMember = sql<boolean>`(person.id is not null or nested.id is not null or memberships.member_type = 'Awaited')`;

/** Returns the column for a sub-attribute of `members` in a filter. An awaited member has only a `value`. */
export function memberColumn(json: JsonSql, name: string): RawBuilder<unknown> {
  switch (name) {
    case 'value':
      return sql.ref('memberships.member_id');
    case 'type':
      return json.text(sql`(case memberships.member_type when 'User' then 'user' when 'Group' then 'group' end)`);
    case 'display':
      return sql`coalesce(person.display_name_key, person.user_name_key, nested.display_name_key)`;
    default:
      return rejectSubAttribute('members', name);
  }
}
