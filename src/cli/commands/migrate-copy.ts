import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig, type Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { copyDatabase } from '#database/copy-database.ts';
import type { Database } from '#database/database.ts';
import { migrate, migrationStates } from '#database/migrate.ts';
import { openDatabase } from '#database/open-database.ts';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import { print, table, type OutputOptions } from '../output.ts';
import { rowProgress } from '../progress-bar.ts';

interface CopyOptions extends OutputOptions {
  readonly from?: string;
  readonly to: string;
}

export function migrateCopyCommand(): Command {
  return new Command('copy')
    .description(
      'Copy the whole directory to an empty database, of the same or another engine, and compare every row. A URL is postgres://… or sqlite:FOLDER. Stop the directory first: changes that are created during the copy would be missing from the target.',
    )
    .option('--from <url>', 'the URL of the source; default: the database of the configuration')
    .requiredOption('--to <url>', 'the URL of the target: a database on which no directory was ever started')
    .action(async (_ownOptions: unknown, command: Command) => {
      // --json is an option of "migrate", even if the user writes it after "copy".
      const options = command.optsWithGlobals<CopyOptions>();
      const config = readConfig();
      const source = openSource(config, options.from);
      const target = openDatabase(locate(config, '--to', options.to));
      try {
        await requireMigrated(source);
        await migrate(target);
        const rows = await copyDatabase(source, target, rowProgress());
        const text = table(
          Object.entries(rows).map(([name, count]) => ({ table: name, rows: count })),
          ['table', 'rows'],
        );
        print(options, { rows, verified: true }, `${text}\n\nEvery row was copied and compared.`);
      } finally {
        await source.destroy();
        await target.destroy();
      }
    });
}

type Location = Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseConnections'>;

function openSource(config: Config, url: string | undefined): Database {
  const location = url === undefined ? config : locate(config, '--from', url);
  // Checks that the SQLite file exists, because opening a missing database would create it.
  if (location.databaseUrl === undefined && !existsSync(join(location.dataDir, DATABASE_FILE))) {
    throw new AppError('notFound', `There is no directory in ${location.dataDir}.`);
  }
  return openDatabase(location);
}

function locate(config: Config, option: string, url: string): Location {
  if (/^postgres(ql)?:\/\//.test(url)) return { ...config, databaseUrl: url };
  const folder = /^sqlite:(?:\/\/)?(?<folder>.+)$/.exec(url)?.groups?.['folder'];
  if (folder !== undefined) return { ...config, databaseUrl: undefined, dataDir: folder };
  throw new AppError(
    'configuration',
    `${option} must be a URL: postgres://user:password@host:5432/name, or sqlite:FOLDER.`,
  );
}

async function requireMigrated(source: Database): Promise<void> {
  const waiting = (await migrationStates(source)).filter((migration) => migration.executedAt === null);
  if (waiting.length === 0) return;
  throw new AppError('configuration', 'The source has pending migrations: run "tanhua migrate" on it first.');
}
