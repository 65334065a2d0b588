import { sql, type RawBuilder } from 'kysely';
import type { JsonSql } from '#database/json-sql.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { compileElement, demandedValue, type FilterBinding, type RelationBinding } from './filter-sql.ts';
import { rejectSubAttribute, resourceColumns, schemasRelation, unsearchableMeta } from './resource-filter.ts';

/** Returns the binding that maps the attributes of a user to where they are stored. */
export function userBinding(json: JsonSql, schema: ResourceSchema, organizationId: string): FilterBinding {
  return {
    json,
    search: sql.ref('users.search'),
    columns: new Map([
      ...resourceColumns(json, 'users'),
      ['userName', { value: sql.ref('users.user_name_key'), neverNull: true }],
      ['active', { value: sql.ref('users.active'), neverNull: true }],
      [`${ENTERPRISE_USER_SCHEMA}:employeeNumber`, { value: sql.ref('users.employee_number_key') }],
      [`${ENTERPRISE_USER_SCHEMA}:manager.value`, { value: sql.ref('users.manager_value') }],
    ]),
    relations: new Map([
      ['schemas', schemasRelation(json, schema, 'users')],
      ['groups', groupsRelation(json, organizationId)],
    ]),
    narrow: new Map([
      [
        'emails',
        (filter) => {
          const value = demandedValue(filter);
          if (value === undefined) return undefined;
          return sql`users.id in (select user_id from user_emails where organization_id = ${organizationId} and value_key = ${value})`;
        },
      ],
    ]),
    unsearchable: new Set([
      ...unsearchableMeta,
      `${ENTERPRISE_USER_SCHEMA}:manager.$ref`,
      `${ENTERPRISE_USER_SCHEMA}:manager.displayName`,
    ]),
  };
}

/**
 * Returns the binding of `groups`, which includes groups that contain the user only through nested groups. The subquery selects the
 * matching groups, then all groups nested in them, then the users of all these groups. It does not depend on the row of the user, so
 * the database runs it only once.
 */
function groupsRelation(json: JsonSql, organizationId: string): RelationBinding {
  return {
    exists: (filter) => {
      const condition =
        filter === undefined ? sql`true` : compileElement(json, filter, ({ name }) => groupColumn(name));
      return sql`users.id in (
        with recursive reached(id) as (
          select id from groups as named
          where named.organization_id = ${organizationId} and named.deleted_at is null and ${condition}
          union
          select nested.id from memberships
          join reached on memberships.group_id = reached.id
          join groups as nested on nested.id = memberships.member_id and nested.deleted_at is null
          where memberships.member_type = 'Group' and memberships.organization_id = ${organizationId}
        )
        select memberships.member_id from memberships
        where ${json.amongRows(sql`memberships.group_id`, sql`select id from reached`)}
          and memberships.member_type = 'User'
      )`;
    },
  };
}

function groupColumn(name: string): RawBuilder<unknown> {
  if (name === 'value') return sql.ref('named.id');
  return name === 'display' ? sql.ref('named.display_name_key') : rejectSubAttribute('groups', name);
}
