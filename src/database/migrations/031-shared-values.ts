import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Values that are unique by a rule of the integration that writes them. */
const ruled = [
  ['users', 'email_key', 'email_unique'],
  ['users', 'employee_number_key', 'employee_number_unique'],
  ['groups', 'display_name_key', 'display_name_unique'],
] as const;

/**
 * The unique indexes depend on rules: a marker is 1 where the value is unique, and null where the row may share it. Databases
 * treat nulls in a unique index as distinct. The values of existing rows are unique, and stay so.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  for (const [table, key, marker] of ruled) {
    await db.schema
      .alterTable(table)
      .addColumn(marker, definition.integer, (column) => column.defaultTo(1).check(sql`${sql.ref(marker)} = 1`))
      .execute();
    await db.schema.dropIndex(`${table}_${key}`).execute();
    await db.schema
      .createIndex(`${table}_${key}`)
      .unique()
      .on(table)
      .columns(['organization_id', key, marker])
      .where(sql<boolean>`deleted_at is null`)
      .execute();
  }
  await definition.retunePlanner(db);
}
