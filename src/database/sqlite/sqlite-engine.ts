import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import { sqliteDefinition } from './sqlite-definition.ts';
import { sqliteJson } from './sqlite-json.ts';

/** The database is on this machine: asking it costs little, and a command beside the server takes longer than this. */
const CONFIGURATION_AGE_MAX_MS = 20;

export const sqliteEngine: Engine = {
  name: 'sqlite',
  json: sqliteJson,
  definition: sqliteDefinition,
  isConcurrent: false,
  configurationAgeMaxMs: CONFIGURATION_AGE_MAX_MS,
  findRisks: async () => [],
  findFaults: async (database) => {
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database);
    const references = await sql<{ table: string }>`pragma foreign_key_check`.execute(database);
    return [
      ...integrity.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...references.rows.map((row) => `a row of ${row.table} refers to nothing`),
    ];
  },
};
