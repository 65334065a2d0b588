import { sql, type RawBuilder } from 'kysely';
import type { JsonSql } from '#database/json-sql.ts';
import { rejectSubAttribute } from './resource-filter.ts';

/** Memberships, with the users and the groups that are the members. */
export const memberTables = sql`from memberships
  left join users as person on person.id = memberships.member_id and person.deleted_at is null
  left join groups as nested on nested.id = memberships.member_id and nested.deleted_at is null`;

/** Whether a row is a member that shows: one that exists, or is awaited, and not one that is deleted and restorable. */
export const isMember = sql<boolean>`(person.id is not null or nested.id is not null or memberships.member_type = 'Awaited')`;

/** The sub-attributes of `members` as filters see them; an awaited member has its value alone. */
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
