import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { adoptUser, listAdoptions } from '#directory/adoptions.ts';
import { integrationName } from '#directory/ownership.ts';
import { limitOption } from '../limit-option.ts';
import { namedUser, USER_NAMES } from '../named-user.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';

/** The number of users that `--pending` reads at once. */
const PAGE_MAX = 1_000;

interface AdoptOptions extends OutputOptions {
  readonly integration?: string;
  readonly pending?: boolean;
}

const INTEGRATION = ['--integration <name>', 'the integration, by name or id'] as const;

export function userAdoptCommand(): Command {
  return new Command('adopt')
    .argument('[user]', USER_NAMES)
    .description('Confirm that an integration owns a user, or make an integration the owner of a user.')
    .option(INTEGRATION[0], `${INTEGRATION[1]}; default: the integration that adopted the user`)
    .option('--pending', 'confirm all unconfirmed adoptions, or only those of the integration that --integration names')
    .option('--json', 'print JSON')
    .action(adopt);
}

export function userAdoptionsCommand(): Command {
  return new Command('adoptions')
    .description('List users whose adoption by an integration no administrator has confirmed yet.')
    .option(...INTEGRATION)
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: AdoptOptions & { readonly limit: number }) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const { users, next } = await listAdoptions(deps, organization.id, options);
      const columns = ['id', 'username', 'email', 'integration'];
      printRows(
        options,
        users.map((user) => ({ ...user })),
        columns,
        'There are no unconfirmed adoptions.',
      );
      if (options.json !== true && next !== undefined) console.log(`… there are more: see --limit and --integration`);
    });
}

async function adopt(name: string | undefined, options: AdoptOptions): Promise<void> {
  if ((name === undefined) !== (options.pending === true)) {
    throw new AppError('usage', 'Give one user, or --pending for all unconfirmed adoptions.');
  }
  await using session = await openSession();
  const { integration } = options;
  if (name === undefined) {
    const ids = await adoptPending(session, integration);
    print(options, { confirmed: ids }, `Confirmed adoptions: ${ids.length}.`);
    return;
  }
  const { id } = await namedUser(session, name);
  const user = await adoptUser(session.deps, session.origin, id, integration);
  const { userName, integrationId } = user;
  const owner = await integrationName(session.deps.database, user.organizationId, integrationId);
  const text = `${quote(userName)} (${id}) belongs to the integration ${quote(owner)}.`;
  print(options, { id, userName, integrationId, integration: owner }, text);
}

async function adoptPending(session: Session, integration: string | undefined): Promise<readonly string[]> {
  const { deps, origin, organization } = session;
  const confirmed: string[] = [];
  let after: string | undefined;
  do {
    const page = await listAdoptions(deps, organization.id, { integration, after, limit: PAGE_MAX });
    for (const { id } of page.users) {
      // Passes no integration: an administrator may have moved the user to another one in the meantime.
      await adoptUser(deps, origin, id, undefined);
      confirmed.push(id);
    }
    after = page.next;
  } while (after !== undefined);
  return confirmed;
}
