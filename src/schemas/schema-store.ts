import { sql } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { engineOf } from '#database/engine.ts';
import type { CustomSchema } from './read-definition.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';

const selectSchemas = prepared((database, values: { organizationId: string }) =>
  database
    .selectFrom('schemas')
    .select(['resource_type', 'definition'])
    .where('organization_id', '=', values.organizationId)
    .orderBy('created_at')
    .orderBy('id_key'),
);

/** Lists the custom schemas of an organization, oldest first. */
export async function listSchemas(database: Database, organizationId: string): Promise<readonly CustomSchema[]> {
  const rows = await selectSchemas(database, { organizationId });
  return rows.map((row) => ({ resourceType: row.resource_type, definition: JSON.parse(row.definition) }));
}

export async function insertSchema(
  database: Database,
  organizationId: string,
  { resourceType, definition }: CustomSchema,
  at: Date,
): Promise<void> {
  await database
    .insertInto('schemas')
    .values({
      organization_id: organizationId,
      id_key: fold(definition.id),
      resource_type: resourceType,
      definition: JSON.stringify(definition),
      created_at: at.getTime(),
      modified_at: at.getTime(),
    })
    .execute();
}

export async function updateSchema(
  database: Database,
  organizationId: string,
  { definition }: CustomSchema,
  at: Date,
): Promise<void> {
  await database
    .updateTable('schemas')
    .set({ definition: JSON.stringify(definition), modified_at: at.getTime() })
    .where('organization_id', '=', organizationId)
    .where('id_key', '=', fold(definition.id))
    .execute();
}

export async function deleteSchema(database: Database, organizationId: string, id: string): Promise<void> {
  await database
    .deleteFrom('schemas')
    .where('organization_id', '=', organizationId)
    .where('id_key', '=', fold(id))
    .execute();
}

const tables = { User: 'users', Group: 'groups' } as const satisfies Record<ResourceTypeName, string>;

/** Counts the resources with a value at a path, including deleted resources that are not purged. `id` is the id of one of them. */
export async function findUse(
  database: Database,
  organizationId: string,
  type: ResourceTypeName,
  path: readonly string[],
): Promise<{ readonly count: number; readonly id: string | null }> {
  const table = tables[type];
  let use: { count: number; id: string | null } = { count: 0, id: null };
  // Two queries, because each index contains either only deleted resources or only resources that are not deleted.
  for (const deleted of [sql`deleted_at is null`, sql`deleted_at is not null`]) {
    const { rows } = await sql<{ count: number; id: string | null }>`
      select count(*) as count, min(id) as id from ${sql.table(table)}
      where organization_id = ${organizationId} and ${deleted}
        and ${engineOf(database).json.present(sql.ref(`${table}.search`), path)}`.execute(database);
    const [row] = rows;
    use = { count: use.count + Number(row?.count ?? 0), id: use.id ?? row?.id ?? null };
  }
  return use;
}
