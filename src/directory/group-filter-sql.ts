import { sql, type RawBuilder } from 'kysely';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { compileElement, demandedValue, type FilterBinding, type RelationBinding } from './filter-sql.ts';
import { refuseSub, resourceColumns, schemasRelation, unsearchableMeta } from './resource-filter.ts';

/** Where the attributes of a group are kept. */
export function groupBinding(schema: ResourceSchema): FilterBinding {
  return {
    search: sql.ref('groups.search'),
    columns: new Map(resourceColumns('groups')),
    relations: new Map([
      ['schemas', schemasRelation(schema, 'groups')],
      ['members', membersRelation],
    ]),
    narrow: new Map(),
    unsearchable: new Set(unsearchableMeta),
  };
}

const membersRelation: RelationBinding = {
  exists: (filter) => {
    const condition = filter === undefined ? sql`true` : compileElement(filter, memberColumn);
    const found = sql<boolean>`exists (
      select 1 from memberships
      left join users as person on person.id = memberships.member_id and person.deleted_at is null
      left join groups as nested on nested.id = memberships.member_id and nested.deleted_at is null
      where memberships.group_id = groups.id and coalesce(person.id, nested.id) is not null and ${condition}
    )`;
    const member = filter === undefined ? undefined : demandedValue(filter);
    if (member === undefined) return found;
    return sql`(groups.id in (select group_id from memberships where member_id = ${member}) and ${found})`;
  },
};

function memberColumn(name: string): RawBuilder<unknown> {
  switch (name) {
    case 'value':
      return sql.ref('memberships.member_id');
    case 'type':
      return sql`lower(memberships.member_type)`;
    case 'display':
      return sql`coalesce(person.display_name_key, person.user_name_key, nested.display_name_key)`;
    default:
      return refuseSub('members', name);
  }
}
