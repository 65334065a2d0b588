import { Command } from 'commander';
import { findAdministrators } from '#admins/administrator-store.ts';
import { createAdministrator } from '#admins/administrators.ts';
import { findRole, roleNames } from '#admins/roles.ts';
import { AppError, quote } from '#base/errors.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

interface CreateOptions extends OutputOptions {
  readonly role: string;
  readonly name?: string;
}

export function adminCommand(): Command {
  const command = new Command('admin').description('Administrators and their roles.');
  command
    .command('create')
    .argument('<email>', 'the e-mail address; unique')
    .description('Make an administrator, who owns API keys: tanhua key create --administrator EMAIL')
    .requiredOption('--role <role>', `one of ${roleNames.join(', ')}`)
    .option('--name <name>', 'the name that is shown')
    .option('--json', 'print JSON')
    .action(async (email: string, options: CreateOptions) => {
      const role = findRole(options.role);
      if (role === undefined) {
        throw new AppError('usage', `There is no role ${quote(options.role)}. The roles are ${roleNames.join(', ')}.`);
      }
      await using session = await openSession();
      const { deps, origin } = session;
      const administrator = await createAdministrator(deps, origin, { email, name: options.name ?? email, role });
      print(options, administrator, `Made the ${role} ${email} (${administrator.id}).`);
    });
  command
    .command('list')
    .description('List administrators.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const administrators = await findAdministrators(session.deps.database, session.organization.id);
      const rows = administrators.map((administrator) => ({ ...administrator }));
      printRows(options, rows, ['id', 'email', 'name', 'role'], 'There are no administrators.');
    });
  return command;
}
