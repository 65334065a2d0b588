import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';
import { bumpConfigurationVersion } from './006-configuration-version.ts';

/** Tables of this migration, and the column that says whose a row is. */
export const separatedShardTables: Readonly<Record<string, string>> = {
  placements: 'organization_id',
  moves: 'organization_id',
  changed_rows: 'organization_id',
};

/**
 * Organizations over several databases: the catalog says where each one is, and what a move needs on both sides. There
 * are no references to `organizations`: what stands here is about organizations of other databases, too.
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
