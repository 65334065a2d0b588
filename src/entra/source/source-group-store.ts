import { sql, type Insertable, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraGroupTable } from '#database/entra-tables.ts';
import { prepared } from '#database/prepared.ts';
import { storedJson, storedObject } from '#base/stored-json.ts';
import { endOfPrefix } from './name-prefix.ts';
import type { SourceGroup } from './source-object.ts';

/** Rows of one statement. */
const ROWS_PER_STATEMENT = 200;

export async function insertSourceGroups(database: Database, groups: readonly SourceGroup[]): Promise<void> {
  for (const some of chunks(groups, ROWS_PER_STATEMENT)) {
    await database.insertInto('entra_groups').values(some.map(toRow)).execute();
  }
}

const selectGroup = prepared((database, values: { tenantId: string; id: string }) =>
  database.selectFrom('entra_groups').selectAll().where('tenant_id', '=', values.tenantId).where('id', '=', values.id),
);

/** A group by objectId. */
export async function findSourceGroup(
  database: Database,
  tenantId: string,
  id: string,
): Promise<SourceGroup | undefined> {
  const [row] = await selectGroup(database, { tenantId, id });
  return row && toGroup(row);
}

const selectGroups = prepared((database, values: { tenantId: string; ids: string }) =>
  database
    .selectFrom('entra_groups')
    .selectAll()
    .where('tenant_id', '=', values.tenantId)
    .where(engineOf(database).json.among(sql.ref('id'), values.ids))
    .orderBy('id'),
);

/** Those of these groups that exist, by id. */
export async function findSourceGroups(
  database: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly SourceGroup[]> {
  if (ids.length === 0) return [];
  return (await selectGroups(database, { tenantId, ids: JSON.stringify(ids) })).map(toGroup);
}

const selectPage = prepared((database, values: { tenantId: string; after: string; limit: number }) =>
  database
    .selectFrom('entra_groups')
    .selectAll()
    .where('tenant_id', '=', values.tenantId)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.limit),
);

/** Groups in the order of their ids: the next page is after the last id of this one. */
export async function pageOfSourceGroups(
  database: Database,
  tenantId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly SourceGroup[]> {
  const rows = await selectPage(database, { tenantId, after: page.after ?? '', limit: page.limit });
  return rows.map(toGroup);
}

/** Groups with a displayName, in any case: Entra ID lets several have the same. */
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

/** The groups whose members follow from a rule, by id. */
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

/** Groups by displayName, and how many there are; `search` is what the name begins with, in any case. */
export async function listSourceGroups(
  database: Database,
  tenantId: string,
  query: { readonly search?: string | undefined; readonly skip: number; readonly limit: number },
): Promise<{ readonly total: number; readonly groups: readonly SourceGroup[] }> {
  const key = fold(query.search ?? '');
  const selected = database
    .selectFrom('entra_groups')
    .where('tenant_id', '=', tenantId)
    .$if(key !== '', (select) => select.where('name_key', '>=', key).where('name_key', '<', endOfPrefix(key)));
  const counted = await selected.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst();
  const rows = await selected
    .selectAll()
    .orderBy('name_key')
    .orderBy('id')
    .offset(query.skip)
    .limit(query.limit)
    .execute();
  return { total: Number(counted?.total ?? 0), groups: rows.map(toGroup) };
}

/** The first group without a rule from an id on, in the order of the ids and around their end. */
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

/** Writes a group whole, without its members. */
export async function updateSourceGroupRow(database: Database, group: SourceGroup): Promise<void> {
  const { id, organization_id: _organization, tenant_id: _tenant, created_at: _created, ...columns } = toRow(group);
  await database.updateTable('entra_groups').set(columns).where('id', '=', id).execute();
}

/** Removes a group for good, with the rows of its members; the groups that it is in are the caller's to care for. */
export async function deleteSourceGroupRow(database: Database, tenantId: string, id: string): Promise<void> {
  await database.deleteFrom('entra_groups').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
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
