import { Command } from 'commander';
import { listEvents } from '#audit/event-store.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { attributeContract } from '#directory/attribute-contract.ts';
import { readRestoredNames, type RestoredNames } from '#directory/restored-names.ts';
import { listRestorableUsers, restoreUser, shownDeletedUser } from '#directory/trash.ts';
import { listResources } from '#directory/listing.ts';
import type { StoredUser } from '#directory/stored.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { findUsers } from '#directory/user-store.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { accountDepsOf } from '../account-deps.ts';
import { namedUser } from '../named-user.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { userAdoptCommand, userAdoptionsCommand } from './user-adopt.ts';
import { limitOption } from '../limit-option.ts';
import { openSession, type Session } from '../session.ts';

/** The events that `user show` lists. */
const EVENTS_SHOWN = 10;

/** What `user show` tells people; as JSON it tells everything. */
const toldFields = [
  '_id',
  'username',
  'email',
  ...attributeContract.map(({ property }) => property),
  'state',
  'active',
  'passwordStatus',
  'password_expired',
  'account_locked',
  'adoptionUnconfirmed',
  'creationSource',
  'created',
  'lastModified',
];

interface ListOptions extends OutputOptions {
  readonly filter?: string;
  readonly limit: number;
  readonly deleted?: boolean;
}

interface RestoreOptions extends OutputOptions, RestoredNames {}

export function userCommand(): Command {
  const command = new Command('user').description('The users of the directory.');
  command
    .command('list')
    .description('List users, the oldest first.')
    .option('--filter <filter>', 'a SCIM filter, such as: userName sw "a" and active eq true')
    .addOption(limitOption())
    .option('--deleted', 'those that were deleted and can be restored, the newest first')
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => (options.deleted === true ? listDeleted(options) : listCommand(options)));
  command
    .command('show')
    .argument('<user>', 'userName, username, e-mail or id')
    .description('Show a user, and what last happened to it.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const user = await namedUser(session, name);
      const shown = await shownUser(session, user);
      const events = await eventsOf(session, user.id);
      const told = Object.fromEntries(toldFields.flatMap((name) => (name in shown ? [[name, shown[name]]] : [])));
      print(options, { ...shown, scim: user.document, events }, `${properties(told)}\n\n${eventLines(events)}`);
    });
  command
    .command('restore')
    .argument('<user>', 'userName or id of a deleted user')
    .description('Restore a deleted user, with its memberships.')
    .option('--username <name>', 'another userName, where the old one was given to another user meanwhile')
    .option('--email <address>', 'another e-mail address')
    .option('--employee-identifier <number>', 'another employee number; "" removes it')
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
  const { total, resources } = await listResources(deps, organization.id, {
    types: ['User'],
    filter: options.filter === undefined ? undefined : parseFilter(options.filter),
    position: { kind: 'offset', offset: 0 },
    count: options.limit,
  });
  const ids = resources.map(({ key }) => key.id);
  const byId = new Map((await findUsers(deps.database, organization.id, ids)).map((user) => [user.id, user]));
  const users = ids.flatMap((id) => byId.get(id) ?? []);
  const columns = ['_id', 'username', 'email', 'displayname', 'state', 'passwordStatus', 'creationSource'];
  const shown = await showSystemUsers(deps, organization.id, users);
  printRows(options, shown, columns, 'There are no such users.');
  if (options.json !== true && users.length < total)
    console.log(`… ${users.length} of ${total}: see --limit and --filter`);
}

async function listDeleted(options: ListOptions): Promise<void> {
  if (options.filter !== undefined) throw new AppError('usage', 'A filter does not go with --deleted: leave one out.');
  await using session = await openSession();
  const users = await listRestorableUsers(session.deps, session.organization.id, { skip: 0, limit: options.limit });
  const rows = users.map(shownDeletedUser);
  printRows(options, rows, ['_id', 'username', 'email', 'displayname', 'deletedAt'], 'There are no deleted users.');
}

/** The user as the REST API shows it: the two always say the same. */
async function shownUser({ deps, organization }: Session, user: StoredUser): Promise<JsonObject> {
  const [shown] = await showSystemUsers(deps, organization.id, [user]);
  assert(shown, 'one user is shown');
  return shown;
}

async function eventsOf({ deps, organization }: Session, userId: string) {
  return await listEvents(deps.database, { organizationId: organization.id, target: userId, limit: EVENTS_SHOWN });
}

function eventLines(events: readonly Record<string, unknown>[]): string {
  return events.map((event) => `${String(event['timestamp'])}  ${String(event['event_type'])}`).join('\n');
}
