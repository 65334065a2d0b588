import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import { postgresCommitOrder } from './postgres-commit-order.ts';
import { postgresDefinition } from './postgres-definition.ts';
import { isMisconfigured } from './postgres-errors.ts';
import { postgresJson } from './postgres-json.ts';

/** Short, because a key that another process revoked must stop working within a second. */
const CONFIGURATION_AGE_MAX_MS = 250;

export const postgresEngine: Engine = {
  name: 'postgres',
  json: postgresJson,
  definition: postgresDefinition,
  commitOrder: postgresCommitOrder,
  isConcurrent: true,
  // One bucket for each organization, because an insert writes only the changed rows to the log, and a search reads one range.
  termBucketBits: 48,
  configurationAgeMaxMs: CONFIGURATION_AGE_MAX_MS,
  findRisks: async (database) => {
    const { rows } = await sql<{ privileged: boolean; fsync: string; pages: string }>`
      select (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as privileged,
        current_setting('fsync') as fsync, current_setting('full_page_writes') as pages`.execute(database);
    const [{ privileged, fsync, pages } = { privileged: false, fsync: 'on', pages: 'on' }] = rows;
    const isDurable = fsync === 'on' && pages === 'on';
    return [
      ...(privileged ? (['bypassesRowSecurity'] as const) : []),
      ...(isDurable ? [] : (['losesCommits'] as const)),
    ];
  },
  migrationAdvice: (error) =>
    isMisconfigured(error)
      ? 'make the role of TANHUA_DATABASE_URL (or of the shard in TANHUA_SHARD_URLS) the owner of the database and of its tables (alter database NAME owner to ROLE; reassign owned by FORMER to ROLE)'
      : 'restore a backup from before the upgrade, and report this',
  // PostgreSQL checks its own files.
  requireSound: async () => {},
  overwriteDeleted: async () => {},
  findStorage: async (database) => {
    const { rows } = await sql<{ bytes: string; version: string }>`
      select pg_database_size(current_database()) as bytes, current_setting('server_version') as version`.execute(
      database,
    );
    const { bytes, version } = rows[0] ?? { bytes: '0', version: '' };
    // Debian adds the package to the version: 17.6 (Debian 17.6-0+deb13u1).
    return { product: 'PostgreSQL', version: version.split(' ')[0] ?? '', bytes: Number(bytes), freeBytes: null };
  },
  findFaults: async (database) => {
    const { rows } = await sql<{ fault: string }>`
      select 'the index ' || indexrelid::regclass || ' is not valid: run REINDEX' as fault from pg_index
      where not indisvalid and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
      union all
      select 'the constraint ' || conname || ' was never checked' from pg_constraint
      where not convalidated and connamespace = current_schema()::regnamespace`.execute(database);
    return rows.map((row) => row.fault);
  },
};
