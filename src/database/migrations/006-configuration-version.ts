import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The tables with configuration that processes cache, and for each table the columns whose changes make a cache stale. */
const watched: Readonly<Record<string, readonly string[]>> = {
  api_keys: ['expires_at', 'revoked_at', 'integration_id', 'administrator_id'],
  administrators: ['role', 'suspended', 'email', 'name'],
  integrations: ['name', 'rules'],
  organizations: ['name', 'settings'],
};

/**
 * Adds a version that increases with every change to the configuration. With it, each process notices that another process has, for
 * example, revoked a key.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('configuration_version')
    .addColumn('id', integer, (column) => column.primaryKey())
    .addColumn('version', integer, (column) => column.notNull())
    .modifyEnd(endOfTable())
    .execute();
  await sql`insert into configuration_version (id, version) values (1, 1)`.execute(db);
  for (const [table, columns] of Object.entries(watched)) await bumpConfigurationVersion(db, table, columns);
}

/** Creates triggers that increase the version with every insert, every delete, and every update of the given columns. */
export async function bumpConfigurationVersion(db: Kysely<unknown>, table: string, columns: readonly string[]) {
  const { createTrigger } = engineOf(db).definition;
  const events = { inserted: 'insert', removed: 'delete', changed: `update of ${columns.join(', ')}` } as const;
  for (const [name, event] of Object.entries(events)) {
    await createTrigger(db, {
      name: `${table}_configuration_${name}`,
      table,
      event,
      statement: sql`update configuration_version set version = version + 1`,
    });
  }
}
