import { Command } from 'commander';
import { listRoles } from '#admins/role-store.ts';
import { permissionsOf, roleDescriptions, roleNames } from '#admins/roles.ts';
import { printRows, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

export function roleCommand(): Command {
  const command = new Command('role').description('Show the roles of administrators.');
  command
    .command('list')
    .description(
      'List the built-in roles and the custom roles of the organization. With --json, also list their permissions.',
    )
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const own = await listRoles(session.deps.database, session.organization.id);
      const rows = [
        ...roleNames.map((name) => ({
          id: name,
          name,
          description: roleDescriptions[name],
          scopes: [...permissionsOf(name)],
          builtIn: true,
        })),
        ...own.map(({ id, name, description, scopes }) => ({ id, name, description, scopes, builtIn: false })),
      ];
      printRows(options, rows, ['name', 'description', 'builtIn'], '');
    });
  return command;
}
