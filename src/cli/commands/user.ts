import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { chunks } from '#database/database.ts';
import { readRestoredNames, type RestoredNames } from '#directory/restored-names.ts';
import { listRestorableUsers, restoreUser, shownDeletedUser } from '#directory/trash.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { findUsers } from '#directory/user-store.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { accountDepsOf } from '../account-deps.ts';
import { readPages, withPages, type PageOptions } from '../list-pages.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';
import { userAdoptCommand, userAdoptionsCommand } from './user-adopt.ts';
import { userSearchCommand } from './user-search.ts';
import { shownUser, userShowCommand } from './user-show.ts';
import { userTimelineCommand } from './user-timeline.ts';

interface ListOptions extends PageOptions {
  readonly filter?: string;
  readonly deleted?: boolean;
}

interface RestoreOptions extends OutputOptions, RestoredNames {}

export function userCommand(): Command {
  const command = new Command('user').description('Show and restore the users of the directory.');
  withPages(command.command('list'))
    .description('List users, oldest first.')
    .option('--filter <filter>', 'only users that match this SCIM filter, such as: userName sw "a" and active eq true')
    .option('--deleted', 'instead, list the deleted users that can be restored, the most recently deleted first')
    .action(async (options: ListOptions) => (options.deleted === true ? listDeleted(options) : listCommand(options)));
  command.addCommand(userSearchCommand());
  command.addCommand(userShowCommand());
  command.addCommand(userTimelineCommand());
  command
    .command('restore')
    .argument('<user>', 'the userName or id of a deleted user')
    .description('Restore a deleted user with its group memberships.')
    .option('--username <name>', 'restore with this userName, if another user has the old one now')
    .option('--email <address>', 'restore with this email address, if another user has the old one now')
    .option('--employee-identifier <number>', 'restore with this employee number; "" removes it')
    .option('--json', 'print JSON')
    .action(async (name: string, options: RestoreOptions) => {
      const { json: _, ...names } = options;
      await using session = await openSession();
      const user = await restoreUser(accountDepsOf(session), session.origin, name, readRestoredNames(names));
      print(options, await shownUser(session, user), `Restored ${quote(user.userName)} (${user.id}).`);
    });
  return command.addCommand(userAdoptCommand()).addCommand(userAdoptionsCommand());
}

async function listCommand(options: ListOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter);
  const { rows, more } = await readPages(session, 'User', options, filter);
  const ids = rows.map(({ key }) => key.id);
  const byId = new Map((await findUsers(deps.database, organization.id, ids)).map((user) => [user.id, user]));
  const users = ids.flatMap((id) => byId.get(id) ?? []);
  const columns = ['_id', 'username', 'email', 'displayname', 'state', 'passwordStatus', 'creationSource'];
  const shown: JsonObject[] = [];
  for (const some of chunks(users)) shown.push(...(await showSystemUsers(deps, organization.id, some)));
  printRows(options, shown, columns, 'There are no such users.');
  if (options.json !== true && more !== undefined) console.log(more);
}

async function listDeleted(options: ListOptions): Promise<void> {
  const other = options.filter !== undefined || options.after !== undefined || options.all === true;
  if (other)
    throw new AppError(
      'usage',
      '--filter, --after and --all cannot be combined with --deleted: remove --deleted or the other options.',
    );
  await using session = await openSession();
  const users = await listRestorableUsers(session.deps, session.organization.id, { skip: 0, limit: options.limit });
  const rows = users.map(shownDeletedUser);
  printRows(options, rows, ['_id', 'username', 'email', 'displayname', 'deletedAt'], 'There are no deleted users.');
}
