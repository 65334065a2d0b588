import type { Config } from '#base/config.ts';
import type { Database } from './database.ts';
import { openPostgres } from './postgres/open-postgres.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';

/** Opens the database of a configuration: PostgreSQL if a URL is set, otherwise the embedded database in the data folder. */
export function openDatabase(config: Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseConnections'>): Database {
  if (config.databaseUrl === undefined) return openSqlite(config.dataDir);
  return openPostgres({ url: config.databaseUrl, connectionsMax: config.databaseConnections });
}
