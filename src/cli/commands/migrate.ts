import { Command } from 'commander';
import { readConfig } from '#base/config.ts';
import { migrate, migrationStates } from '#database/migrate.ts';
import { replaceKnownKey } from '#database/secret-key-store.ts';
import { openDirectory } from '../../app.ts';
import { migrateCopyCommand } from './migrate-copy.ts';
import { print, type OutputOptions } from '../output.ts';

export function migrateCommand(): Command {
  return (
    new Command('migrate')
      // Makes Commander treat options after "copy" as options of "copy".
      .enablePositionalOptions()
      .description(
        'Run the pending migrations of the databases, without starting the directory. A start runs them too.',
      )
      .addCommand(migrateCopyCommand())
      .option(
        '--new-secret-key',
        'use the current secret key, because the key that this database was encrypted with is lost; what that key encrypted cannot be read anymore',
      )
      .option('--json', 'print JSON')
      .action(async (options: OutputOptions & { readonly newSecretKey?: true }) => {
        await using deps = openDirectory(readConfig());
        const states = [];
        for (const { name, database } of deps.fleet.shards) {
          states.push({ shard: name, ran: await migrate(database), migrations: await migrationStates(database) });
        }
        if (options.newSecretKey === true) await replaceKnownKey(deps.database, deps.secrets);
        const [main, ...shards] = states;
        const text = states.map(({ shard, ran }) => {
          const where = shards.length === 0 ? '' : `${shard}: `;
          return `${where}${ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`}`;
        });
        print(
          options,
          { ran: main?.ran, migrations: main?.migrations, ...(shards.length > 0 && { shards }) },
          text.join('\n'),
        );
      })
  );
}
