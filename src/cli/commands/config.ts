import { Command } from 'commander';
import { readConfig, settings } from '#base/config.ts';
import { print, printRows, type OutputOptions } from '../output.ts';

export function configCommand(): Command {
  return new Command('config')
    .description('Show the current configuration and the source of each value. Secrets are masked.')
    .option('--json', 'print JSON')
    .option('--describe', 'describe every setting with its default, instead of the values')
    .action((options: OutputOptions & { readonly describe?: true }) => {
      const { shown } = readConfig();
      if (options.describe === true) {
        const rows = Object.entries(settings).map(([name, setting]) => ({
          name,
          default: setting.default,
          description: setting.description,
        }));
        printRows(options, rows, ['name', 'default', 'description'], '');
      } else if (options.json === true) {
        print(options, shown, '');
      } else {
        printRows(
          options,
          shown.map((setting) => ({ ...setting })),
          ['name', 'value', 'source'],
          '',
        );
      }
    });
}
