import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import { engineOf } from '#database/engine.ts';
import { emailValues, managerPath, readText } from '#directory/attribute-contract.ts';
import { searchDocument } from '#directory/search-document.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { derivedProperties } from '#directory/user-rules.ts';
import { presetRules } from '#integrations/rules.ts';
import { normalizeResource } from '#scim/resource/normalize.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';

/**
 * Checks the stored data of a directory for inconsistencies that no sequence of requests may cause. Returns a description of each fault,
 * or an empty array if the data is consistent.
 */
export async function findDirectoryFaults(deps: DirectoryDeps): Promise<readonly string[]> {
  return [
    ...(await engineOf(deps.database).findFaults(deps.database)),
    ...(await faultsOfTables(deps)),
    ...(await faultsOfUsers(deps)),
    ...(await faultsOfGroups(deps)),
    ...(await membershipCycles(deps)),
  ];
}

/** Returns a description of each inconsistent row that SQL can find. */
async function faultsOfTables({ database }: DirectoryDeps): Promise<readonly string[]> {
  const { json } = engineOf(database);
  const { rows } = await sql<{ fault: string; id: string | null }>`
    with resources as (
      select 'User' as type, id, organization_id, document, version, created_at, modified_at, deleted_at from users
      union all select 'Group', id, organization_id, document, version, created_at, modified_at, deleted_at from groups
    ), keys as (
      select 'userName' as name, organization_id, user_name_key as key from users where deleted_at is null
      union all select 'username', organization_id, username_key from users where deleted_at is null
      union all select 'email', organization_id, email_key from users where deleted_at is null and email_unique = 1
      union all select 'employeeNumber', organization_id, employee_number_key from users where deleted_at is null and employee_number_unique = 1
      union all select 'group name', organization_id, display_name_key from groups where deleted_at is null and display_name_unique = 1
    ), changes as (
      select target_id as id, count(*) as count,
        count(*) filter (where type in ('user_create', 'group_create')) as creations,
        count(*) filter (where type in ('user_delete', 'group_delete')) as deletions
      from events where success = 1 group by target_id
    )
    select name || ' used twice' as fault, key as id from keys where key is not null group by name, organization_id, key having count(*) > 1
    union all select 'no version', id from resources where version < 1
    union all select 'times in the wrong order', id from resources where modified_at < created_at or deleted_at < created_at
    union all select 'a password in a document', id from resources where document like '%"password"%'
    union all select 'a null in a document', id from resources where document like '%:null%'
    union all select 'active in a document', id from resources where ${json.textValue(sql.ref('document'), ['active'])} is not null
    union all select 'members in a document', id from resources where ${json.textValue(sql.ref('document'), ['members'])} is not null
    union all select 'not one event of creation', resources.id from resources left join changes using (id) where coalesce(creations, 0) <> 1
    union all select 'no event of deletion', resources.id from resources left join changes using (id) where deleted_at is not null and coalesce(deletions, 0) <> 1
    union all select 'a version without its event', users.id from users join changes using (id) where changes.count < users.version
    union all select 'a member that never existed', member_id from memberships where member_type <> 'Awaited' and member_id not in (select id from resources where resources.type = member_type and resources.organization_id = memberships.organization_id)
    union all select 'awaited although it exists', member_id from memberships join users on users.id = member_id and deleted_at is null where member_type = 'Awaited'
    union all select 'a member of itself', member_id from memberships where member_id = group_id
    union all select 'a wrong count', resource_type from resource_counts group by organization_id, resource_type having sum(living) <> (
      select count(*) from resources where type = resource_type and resources.organization_id = resource_counts.organization_id and deleted_at is null)`.execute(
    database,
  );
  return rows.map(({ fault, id }) => `${fault}: ${id}`);
}

async function faultsOfUsers(deps: DirectoryDeps): Promise<readonly string[]> {
  const found: string[] = [];
  const emails = Map.groupBy(await deps.database.selectFrom('user_emails').selectAll().execute(), (row) => row.user_id);
  for await (const row of deps.database.selectFrom('users').selectAll().stream()) {
    const document: JsonObject = JSON.parse(row.document);
    const text = (...path: readonly string[]) => readText(document, path) ?? null;
    const keyOf = (value: string | null) => (value === null ? null : fold(value));
    const userName = text('userName') ?? '';
    const { email } = derivedProperties(presetRules('standard'), document);
    const wanted = {
      user_name: userName,
      user_name_key: fold(userName),
      username_key: fold(row.username),
      email,
      email_key: keyOf(email),
      external_id: text('externalId'),
      display_name_key: keyOf(text('displayName')),
      employee_number_key: keyOf(text(ENTERPRISE_USER_SCHEMA, 'employeeNumber')),
      manager_value: text(...managerPath),
      manager_key: keyOf(text(...managerPath)),
      active: row.state !== 'SUSPENDED' && row.password_expired === 0 ? 1 : 0,
    };
    const name = `user ${row.id}`;
    found.push(...faultsOfRow(name, row, wanted), ...faultsOfDocument(deps, 'User', name, document, row.search));
    const stored = (emails.get(row.id) ?? []).map((one) => one.value_key).toSorted();
    const sent = [...new Set(emailValues(document).map(fold))].toSorted();
    if (!isDeepStrictEqual(stored, sent)) found.push(`${name} has emails in user_emails that differ from its document`);
  }
  return found;
}

async function faultsOfGroups(deps: DirectoryDeps): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const row of deps.database.selectFrom('groups').selectAll().stream()) {
    const document: JsonObject = JSON.parse(row.document);
    const displayName = readText(document, ['displayName']) ?? '';
    const wanted = {
      display_name: displayName,
      display_name_key: fold(displayName),
      external_id: readText(document, ['externalId']) ?? null,
    };
    const name = `group ${row.id}`;
    found.push(...faultsOfRow(name, row, wanted), ...faultsOfDocument(deps, 'Group', name, document, row.search));
  }
  return found;
}

/** Returns a fault for each column with a value that differs from `wanted`, the values that the document requires. */
function faultsOfRow<Row>(
  name: string,
  row: Row,
  wanted: Readonly<Partial<Record<keyof Row & string, unknown>>>,
): readonly string[] {
  return (Object.keys(wanted) as (keyof Row & string)[])
    .filter((column) => row[column] !== wanted[column])
    .map((column) => `${name} has a ${column} that differs from its document`);
}

/** Returns the faults of one row: its document is invalid or not normalized, or its search document does not match the document. */
function faultsOfDocument(
  { schemas }: DirectoryDeps,
  type: ResourceTypeName,
  name: string,
  document: JsonObject,
  search: string,
): readonly string[] {
  const found: string[] = [];
  if (!isDeepStrictEqual(JSON.parse(search), searchDocument(schemas[type], document))) {
    found.push(`${name} has a search document that differs from its document`);
  }
  try {
    validateResource(schemas[type], document);
    const again = normalizeResource(schemas[type], document, { unknownAttributes: 'reject' }).document;
    if (!isDeepStrictEqual(again, document)) found.push(`${name} has a document that is not in canonical form`);
  } catch (error) {
    found.push(`${name} has a document that is refused: ${String(error)}`);
  }
  return found;
}

/** Finds groups that contain each other. Repeatedly removes groups that contain no groups, until only the cycles are left. */
async function membershipCycles({ database }: DirectoryDeps): Promise<readonly string[]> {
  const { rows } = await sql<{ group_id: string; member_id: string }>`
    select group_id, member_id from memberships
    join groups as containing on containing.id = group_id and containing.deleted_at is null
    join groups as contained on contained.id = member_id and contained.deleted_at is null`.execute(database);
  let left = rows;
  for (;;) {
    const containing = new Set(left.map((row) => row.group_id));
    const next = left.filter((row) => containing.has(row.member_id));
    if (next.length === left.length) break;
    left = next;
  }
  return left.length === 0 ? [] : [`groups in a cycle: ${left.map((row) => row.group_id).join(', ')}`];
}
