import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';
import { bumpConfigurationVersion } from './006-configuration-version.ts';

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedShardTables: Readonly<Record<string, string>> = {
  placements: 'organization_id',
  moves: 'organization_id',
  changed_rows: 'organization_id',
};

/**
 * Adds the tables for organizations in several databases: the catalog, which says in which database each organization is, and what
 * both databases need during a move. These tables do not refer to `organizations`, because some of their rows are about organizations
 * in other databases.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  const { text, integer, sequence } = definition;
  await db.schema
    .createTable('placements')
    .addColumn('organization_id', text, (column) => column.primaryKey())
    .addColumn('shard', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull().check(sql`state in ('served', 'leaving', 'arriving')`))
    .addColumn('token', text)
    .addColumn('expires_at', integer)
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await bumpConfigurationVersion(db, 'placements', ['shard', 'state', 'token']);
  await db.schema
    .createTable('moves')
    .addColumn('organization_id', text, (column) => column.primaryKey())
    .addColumn('state', text, (column) =>
      column.notNull().check(sql`state in ('copying', 'frozen', 'gone', 'arriving')`),
    )
    .addColumn('token', text)
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await db.schema
    .createTable('changed_rows')
    .addColumn('sequence', sequence, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull())
    .addColumn('table_name', text, (column) => column.notNull())
    .addColumn('row_key', text, (column) => column.notNull())
    .modifyEnd(definition.endOfTable())
    .execute();
  await db.schema
    .createIndex('changed_rows_organization')
    .on('changed_rows')
    .columns(['organization_id', 'sequence'])
    .execute();
  for (const [table, column] of Object.entries(separatedShardTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}
