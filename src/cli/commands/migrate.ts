import { Command } from 'commander';
import { readConfig } from '#base/config.ts';
import { migrate, migrationStates } from '#database/migrate.ts';
import { openDirectory } from '../../app.ts';
import { migrateCopyCommand } from './migrate-copy.ts';
import { print, type OutputOptions } from '../output.ts';

export function migrateCommand(): Command {
  return (
    new Command('migrate')
      // What stands behind "copy" belongs to it.
      .enablePositionalOptions()
      .description('Bring the database up to date. Starting does it too; this does it alone.')
      .addCommand(migrateCopyCommand())
      .option('--json', 'print JSON')
      .action(async (options: OutputOptions) => {
        await using deps = openDirectory(readConfig());
        const ran = await migrate(deps.database);
        const migrations = await migrationStates(deps.database);
        const text = ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`;
        print(options, { ran, migrations }, text);
      })
  );
}
