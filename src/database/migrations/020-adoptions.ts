import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

const RESOURCES = ['users', 'groups'] as const;

/**
 * Marks users that an integration adopted by writing to them, until an administrator confirms the adoption. Users and groups that
 * SCIM created without an owner get the organization's first integration as their owner.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer } = engineOf(db).definition;
  await db.schema
    .alterTable('users')
    .addColumn('adoption_unconfirmed', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('users_adoption_unconfirmed')
    .on('users')
    .columns(['organization_id', 'id'])
    .where(sql<boolean>`adoption_unconfirmed = 1 and deleted_at is null`)
    .execute();
  for (const table of RESOURCES) {
    await sql`update ${sql.table(table)} set integration_id = (
        select integrations.id from integrations
        where integrations.organization_id = ${sql.ref(`${table}.organization_id`)}
        order by integrations.created_at, integrations.id limit 1)
      where integration_id is null and creation_source = 'tanhua:scim'`.execute(db);
  }
}
