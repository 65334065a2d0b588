import { sql, type Selectable } from 'kysely';
import { engineOf, isConcurrent } from '#database/engine.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import type { GroupTable } from '#database/tables.ts';
import { nextModification, nextModificationOfRow } from './modification-store.ts';
import { readText } from './attribute-contract.ts';
import { searchDocument } from './search-document.ts';
import type { JsonObject } from '#base/json.ts';
import type { DirectoryDeps, StoredGroup } from './stored.ts';

type DerivedValues = ReturnType<typeof derivedColumns>;
type ChangedGroupValues = DerivedValues & {
  readonly id: string;
  readonly organization_id: string;
  readonly at: number;
};
/** 1 if no other active group may have the name; null if groups may share the name. */
type NameMarker = { readonly display_name_unique: 1 | null };
type NewGroupValues = ChangedGroupValues &
  NameMarker & { readonly integration_id: string | null; readonly creation_source: string };

/** `isNameUnique` is true by default: no other active group may have the name. */
interface NameUniqueness {
  readonly isNameUnique?: boolean | undefined;
}

export type NewGroup = Pick<StoredGroup, 'id' | 'organizationId' | 'integrationId' | 'creationSource' | 'document'> &
  NameUniqueness & { readonly at: Date };

const insertGroupRow = prepared((database, values: NewGroupValues) =>
  database.insertInto('groups').values({
    id: values.id,
    organization_id: values.organization_id,
    integration_id: values.integration_id,
    creation_source: values.creation_source,
    display_name: values.display_name,
    display_name_key: values.display_name_key,
    display_name_unique: values.display_name_unique,
    external_id: values.external_id,
    document: values.document,
    search: values.search,
    created_at: values.at,
    modified_at: values.at,
  }),
);

/**
 * Sets the uniqueness marker of the other active groups with the same name. Fails with a unique violation if there are any, because the
 * group that is being written already has the marker.
 */
const claimName = preparedCommand((database, values: { organizationId: string; key: string }) =>
  database
    .updateTable('groups')
    .set({ display_name_unique: 1 })
    .where('organization_id', '=', values.organizationId)
    .where('display_name_key', '=', values.key)
    .where('display_name_unique', 'is', null)
    .where('deleted_at', 'is', null),
);

/**
 * Inserts a group. The row is not read back, since its values are known. Throws the database's unique-violation error if the name
 * must be unique and another active group has it.
 */
export async function insertGroup(deps: DirectoryDeps, database: Database, group: NewGroup): Promise<StoredGroup> {
  const { id, organizationId, integrationId, creationSource, document, at, isNameUnique = true } = group;
  const derived = derivedColumns(deps, group);
  await insertGroupRow(database, {
    id,
    organization_id: organizationId,
    integration_id: integrationId,
    creation_source: creationSource,
    ...derived,
    display_name_unique: isNameUnique ? 1 : null,
    at: at.getTime(),
  });
  if (isNameUnique) await claimName(database, { organizationId, key: derived.display_name_key });
  return {
    id,
    organizationId,
    integrationId,
    creationSource,
    document,
    version: 1,
    createdAt: at,
    modifiedAt: at,
    deletedAt: null,
    displayName: derived.display_name,
    properties: {},
  };
}

const updateGroupRow = prepared((database, values: ChangedGroupValues) =>
  database
    .updateTable('groups')
    .set((expression) => ({
      display_name: values.display_name,
      external_id: values.external_id,
      document: values.document,
      search: values.search,
      version: expression('version', '+', 1),
      modified_at: nextModificationOfRow(values.at),
    }))
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organization_id),
);

type NewName = NameMarker & {
  readonly id: string;
  readonly organization_id: string;
  readonly display_name_key: string;
};

const updateGroupName = prepared((database, values: NewName) =>
  database
    .updateTable('groups')
    .set({ display_name_key: values.display_name_key, display_name_unique: values.display_name_unique })
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organization_id),
);

/**
 * Stores a changed group as its next version. `before` is the stored group, which this transaction read with `findGroupToChange`,
 * so that no other transaction changes it in the meantime. Throws the same error as `insertGroup`; a name that stays the same is
 * not checked again.
 */
export async function updateGroup(
  deps: DirectoryDeps,
  database: Database,
  before: StoredGroup,
  { document, at, isNameUnique = true }: Pick<StoredGroup, 'document'> & NameUniqueness & { readonly at: Date },
): Promise<StoredGroup> {
  const derived = derivedColumns(deps, { document });
  const { id, organizationId } = before;
  await updateGroupRow(database, { id, organization_id: organizationId, ...derived, at: at.getTime() });
  const { display_name_key: key } = derived;
  if (key !== fold(before.displayName)) {
    const display_name_unique = isNameUnique ? 1 : null;
    await updateGroupName(database, {
      id,
      organization_id: organizationId,
      display_name_key: key,
      display_name_unique,
    });
    if (isNameUnique) await claimName(database, { organizationId, key });
  }
  return { ...withNextVersion(before, at), document, displayName: derived.display_name };
}

const touchGroupRow = preparedCommand((database, values: { id: string; at: number }) =>
  database
    .updateTable('groups')
    .set((expression) => ({ version: expression('version', '+', 1), modified_at: nextModificationOfRow(values.at) }))
    .where('id', '=', values.id),
);

/** Increases the version of a group whose members changed and whose attributes did not. */
export async function touchGroup(database: Database, id: string, at: Date): Promise<void> {
  await touchGroupRow(database, { id, at: at.getTime() });
}

/** Returns the group with the version and the modification time that `touchGroup` stores. */
export function withNextVersion(group: StoredGroup, at: Date): StoredGroup {
  return { ...group, version: group.version + 1, modifiedAt: nextModification(group.modifiedAt, at) };
}

function derivedColumns(deps: DirectoryDeps, { document }: Pick<StoredGroup, 'document'>) {
  const displayName = readText(document, ['displayName']) ?? '';
  return {
    display_name: displayName,
    display_name_key: fold(displayName),
    external_id: readText(document, ['externalId']) ?? null,
    document: JSON.stringify(document),
    search: JSON.stringify(searchDocument(deps.schemas.Group, document)),
  };
}

/** The columns of `StoredGroup`; the columns that only serve queries, such as `search`, are left out. */
const groupColumns = [
  'groups.id',
  'groups.organization_id',
  'groups.integration_id',
  'groups.creation_source',
  'groups.document',
  'groups.version',
  'groups.created_at',
  'groups.modified_at',
  'groups.deleted_at',
  'groups.display_name',
  'groups.properties',
] as const;

type GroupRow = Omit<
  Selectable<GroupTable>,
  'sequence' | 'external_id' | 'display_name_key' | 'display_name_unique' | 'search'
>;

/** Selects the groups of an organization that are not deleted. */
function notDeletedGroups(database: Database, organizationId: string) {
  return database
    .selectFrom('groups')
    .where('groups.organization_id', '=', organizationId)
    .where('groups.deleted_at', 'is', null);
}

const selectGroup = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedGroups(database, values.organizationId).select(groupColumns).where('groups.id', '=', values.id),
);

export async function findGroup(
  database: Database,
  organizationId: string,
  id: string,
): Promise<StoredGroup | undefined> {
  const [row] = await selectGroup(database, { organizationId, id });
  return row && toStoredGroup(row);
}

const selectGroupToChange = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedGroups(database, values.organizationId)
    .select(groupColumns)
    .where('groups.id', '=', values.id)
    .$if(isConcurrent(database), (select) => select.forNoKeyUpdate()),
);

/** Finds a group and locks it, so that no other transaction changes it until this transaction ends. */
export async function findGroupToChange(
  transaction: Database,
  organizationId: string,
  id: string,
): Promise<StoredGroup | undefined> {
  const [row] = await selectGroupToChange(transaction, { organizationId, id });
  return row && toStoredGroup(row);
}

/** The maximum number of groups with one name that an error message lists. */
export const NAMED_GROUPS_MAX = 5;

/** Finds at most NAMED_GROUPS_MAX + 1 active groups with a displayName, ignoring letter case, oldest first. */
export async function findGroupsByName(
  database: Database,
  organizationId: string,
  name: string,
): Promise<readonly StoredGroup[]> {
  const rows = await selectGroupsByName(database, { organizationId, key: fold(name) });
  return rows.map(toStoredGroup).toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt));
}

const selectGroupsByName = prepared((database, values: { organizationId: string; key: string }) =>
  notDeletedGroups(database, values.organizationId)
    .select(groupColumns)
    .where('groups.display_name_key', '=', values.key)
    .limit(sql.lit(NAMED_GROUPS_MAX + 1)),
);

/** Finds groups by id, in no particular order. Ids of groups that do not exist or are deleted are skipped. */
export async function findGroups(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<StoredGroup[]> {
  if (ids.length === 0) return [];
  const rows = await selectGroups(database, { organizationId, ids: JSON.stringify(ids) });
  return rows.map(toStoredGroup);
}

const selectGroups = prepared((database, values: { organizationId: string; ids: string }) =>
  notDeletedGroups(database, values.organizationId)
    .select(groupColumns)
    .where(engineOf(database).json.among(sql.ref('groups.id'), values.ids)),
);

const updateGroupDeleted = prepared((database, values: { id: string; at: number }) =>
  database
    .updateTable('groups')
    .set((expression) => ({
      deleted_at: values.at,
      modified_at: nextModificationOfRow(values.at),
      version: expression('version', '+', 1),
    }))
    .where('id', '=', values.id),
);

export async function setGroupDeleted(database: Database, id: string, at: Date): Promise<void> {
  await updateGroupDeleted(database, { id, at: at.getTime() });
}

const updateGroupRestored = prepared((database, values: { organizationId: string; id: string; at: number }) =>
  database
    .updateTable('groups')
    .set((expression) => ({
      deleted_at: null,
      modified_at: nextModificationOfRow(values.at),
      version: expression('version', '+', 1),
    }))
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organizationId)
    .where('deleted_at', 'is not', null),
);

/**
 * Marks a group as not deleted. Does nothing if it is not deleted. Throws the database's unique-violation error if the name must be unique
 * and another active group has it.
 */
export async function setGroupRestored(
  database: Database,
  organizationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await updateGroupRestored(database, { organizationId, id, at: at.getTime() });
}

/** Finds groups that were deleted before a time and can be purged, earliest deletion first. */
export async function findPurgeableGroups(
  database: Database,
  before: Date,
  limit: number,
): Promise<readonly StoredGroup[]> {
  const rows = await database
    .selectFrom('groups')
    .select(groupColumns)
    .where('deleted_at', 'is not', null)
    .where('deleted_at', '<', before.getTime())
    // Skips organizations that are moving between shards: the shard that serves an organization purges its groups.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('deleted_at')
    .limit(limit)
    .execute();
  return rows.map(toStoredGroup);
}

export async function purgeGroup(database: Database, id: string): Promise<void> {
  await database.deleteFrom('memberships').where('member_id', '=', id).execute();
  await database.deleteFrom('groups').where('id', '=', id).execute();
}

function toStoredGroup(row: GroupRow): StoredGroup {
  return {
    id: row.id,
    organizationId: row.organization_id,
    integrationId: row.integration_id,
    creationSource: row.creation_source,
    document: JSON.parse(row.document),
    version: row.version,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    displayName: row.display_name,
    properties: row.properties === null ? {} : JSON.parse(row.properties),
  };
}

/** Replaces the properties of a group that have no SCIM attribute, and increases the version of the group. */
export async function updateGroupProperties(
  database: Database,
  id: string,
  properties: JsonObject,
  at: Date,
): Promise<void> {
  await database
    .updateTable('groups')
    .set((expression) => ({
      properties: Object.keys(properties).length === 0 ? null : JSON.stringify(properties),
      version: expression('version', '+', 1),
      modified_at: nextModificationOfRow(at.getTime()),
    }))
    .where('id', '=', id)
    .execute();
}
