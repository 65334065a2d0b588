import type { Insertable, Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { storedJson, storedObject } from '#base/stored-json.ts';
import type { Database } from '#database/database.ts';
import type { EntraGroupTable } from '#database/entra-tables.ts';
import type { SourceGroup } from './source-object.ts';
import { sourceObjectStore } from './source-object-store.ts';

export const {
  insert: insertSourceGroups,
  find: findSourceGroup,
  findSome: findSourceGroups,
  page: pageOfSourceGroups,
  list: listSourceGroups,
  update: updateSourceGroupRow,
  remove: deleteSourceGroupRow,
} = sourceObjectStore<SourceGroup>({
  table: 'entra_groups',
  toRow,
  toObject: toGroup,
  searched: ['name_key'],
  isRestorable: false,
});

/** Returns the groups with a displayName, ignoring case, ordered by id. In Entra ID, several groups can have the same name. */
export async function findSourceGroupsByName(
  database: Database,
  tenantId: string,
  name: string,
): Promise<readonly SourceGroup[]> {
  const rows = await database
    .selectFrom('entra_groups')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('name_key', '=', fold(name))
    .orderBy('id')
    .execute();
  return rows.map(toGroup);
}

/** Returns the groups that have a membership rule, ordered by id. */
export async function findDynamicGroups(database: Database, tenantId: string): Promise<readonly SourceGroup[]> {
  const rows = await database
    .selectFrom('entra_groups')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('membership_rule', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map(toGroup);
}

/**
 * Considers only groups without a rule. Returns the group with the lowest id that is at least `from` or, if there is none, the group with
 * the lowest id.
 */
export async function firstAssignedGroupFrom(
  database: Database,
  tenantId: string,
  from: string,
): Promise<SourceGroup | undefined> {
  const selected = database
    .selectFrom('entra_groups')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('membership_rule', 'is', null)
    .orderBy('id')
    .limit(1);
  const [row] = await selected.where('id', '>=', from).execute();
  const found = row ?? (await selected.executeTakeFirst());
  return found && toGroup(found);
}

function toRow(group: SourceGroup): Insertable<EntraGroupTable> {
  const { displayName } = group.attributes;
  const name = typeof displayName === 'string' ? displayName : '';
  return {
    id: group.id,
    organization_id: group.organizationId,
    tenant_id: group.tenantId,
    display_name: name,
    name_key: fold(name),
    attributes: JSON.stringify(group.attributes),
    membership_rule: group.membershipRule,
    deleted_at: group.deletedAt?.getTime() ?? null,
    created_at: group.createdAt.getTime(),
    modified_at: group.modifiedAt.getTime(),
  };
}

const readAttributes = storedJson('entra_groups.attributes', storedObject);

function toGroup(row: Selectable<EntraGroupTable>): SourceGroup {
  return {
    type: 'Group',
    id: row.id,
    organizationId: row.organization_id,
    tenantId: row.tenant_id,
    attributes: readAttributes(row.attributes),
    membershipRule: row.membership_rule,
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}
