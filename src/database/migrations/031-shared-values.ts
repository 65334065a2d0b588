import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The values that are unique only if a rule of the integration that writes them requires it. */
const valuesUniqueByRule = [
  ['users', 'email_key', 'email_unique'],
  ['users', 'employee_number_key', 'employee_number_unique'],
  ['groups', 'display_name_key', 'display_name_unique'],
] as const;

/**
 * Makes unique indexes depend on the rules of integrations. A marker column is 1 if the value must be unique, and null if other rows may
 * share it, because a unique index treats nulls as distinct. The values of existing rows are unique and stay unique.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  for (const [table, key, marker] of valuesUniqueByRule) {
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
}
