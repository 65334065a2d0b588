import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '#database/migrate.ts';
import { DATABASE_FILE, openSqlite } from '#database/sqlite/open-sqlite.ts';
import { folderPrefix, removeLeftovers } from './memory-folder.ts';

const VARIABLE = 'TEST_SQLITE_TEMPLATE';

/** Migrates one SQLite database for all tests of a run. Each test copies the file, which takes a tenth of the time of a migration. */
export async function setup(): Promise<() => void> {
  // Each project that needs the database calls this function. The first call creates it for all of them.
  if (process.env[VARIABLE] !== undefined) return () => {};
  removeLeftovers();
  const folder = mkdtempSync(folderPrefix());
  const template = openSqlite(folder, 'process');
  await migrate(template);
  // Closing the last connection moves everything from the write-ahead log into the database file.
  await template.destroy();
  process.env[VARIABLE] = join(folder, DATABASE_FILE);
  return () => {
    // oxlint-disable-next-line typescript/no-dynamic-delete
    delete process.env[VARIABLE];
    rmSync(folder, { recursive: true, force: true });
  };
}
