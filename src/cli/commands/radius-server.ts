import { Command, Option } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { countClients, listClients } from '#radius/servers/client-store.ts';
import { listServerGroups } from '#radius/servers/group-store.ts';
import { CACHE_SECONDS_MAX } from '#radius/credentials/password-cache.ts';
import { listServers, radiusMethods, type AccountAction, type RadiusServer } from '#radius/servers/server-store.ts';
import {
  changeServer,
  createServer,
  removeServer,
  requireServerNamed,
  shownClientSecret,
  type ServerChange,
} from '#radius/servers/servers.ts';
import type { RadiusIdentityProvider, RadiusMethod } from '#radius/radius-types.ts';
import { numberOption } from '../number-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { secretFromInput } from '../read-secret.ts';
import { openSession, type Session } from '../session.ts';

interface SettingOptions extends OutputOptions {
  readonly identityProvider?: RadiusIdentityProvider;
  readonly methods?: string;
  readonly lockedAccounts?: AccountAction;
  readonly expiredPasswords?: AccountAction;
  readonly authorityUrl?: string;
  readonly tenant?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly publicClient?: boolean;
  readonly objectIdAttribute?: string;
  readonly cacheSeconds?: number;
}

export function radiusServerCommand(): Command {
  const command = new Command('server').description('Manage RADIUS servers: who checks passwords, and how.');
  withSettings(command.command('create'))
    .argument('<name>', 'the name of the server')
    .description('Create a RADIUS server. Add clients and allow groups next.')
    .action(async (name: string, options: SettingOptions) => {
      await using session = await openSession();
      const server = await createServer(session.deps, session.origin, { ...(await settingsOf(options)), name });
      printServer(options, server, 'was created.');
    });
  command.command('list').description('List RADIUS servers.').option('--json', 'print JSON').action(listAll);
  command
    .command('show')
    .argument('<server>', 'the server, by name or id')
    .description('Show a RADIUS server with its clients and groups.')
    .option('--json', 'print JSON')
    .action(showServer);
  withSettings(command.command('set'))
    .argument('<server>', 'the server, by name or id')
    .description('Change a RADIUS server. Settings without an option keep their values.')
    .option('--name <name>', 'the new name')
    .action(async (named: string, options: SettingOptions & { readonly name?: string }) => {
      await using session = await openSession();
      const { deps, origin } = session;
      const { id } = await serverNamed(session, named);
      const { name } = options;
      const change = { ...(await settingsOf(options)), ...(name !== undefined && { name }) };
      printServer(options, await changeServer(deps, origin, id, change), 'has these settings.');
    });
  command
    .command('delete')
    .argument('<server>', 'the server, by name or id')
    .description('Delete a RADIUS server with its clients.')
    .option('--json', 'print JSON')
    .action(async (named: string, options: OutputOptions) => {
      await using session = await openSession();
      const { id, name } = await serverNamed(session, named);
      await removeServer(session.deps, session.origin, id);
      print(options, { id, name, deleted: true }, `The RADIUS server ${quote(name)} was deleted.`);
    });
  return command;
}

function withSettings(command: Command): Command {
  return command
    .addOption(new Option('--identity-provider <provider>', 'who checks passwords').choices(['directory', 'entra']))
    .option('--methods <methods>', `how passwords may arrive, separated by commas: ${radiusMethods.join(', ')}`)
    .addOption(new Option('--locked-accounts <action>', 'what happens to locked people').choices(['refuse', 'allow']))
    .addOption(
      new Option('--expired-passwords <action>', 'what happens to people whose password has expired').choices([
        'refuse',
        'allow',
      ]),
    )
    .option('--tenant <tenant>', 'the tenant of Entra ID: its id or one of its domains')
    .option('--client-id <id>', 'the id of the application in Entra ID')
    .option('--client-secret <secret>', 'the secret of the application: "-", which reads it from standard input')
    .option('--public-client', 'the application has no secret')
    .option('--authority-url <url>', 'the URL of Entra ID, for national clouds')
    .option(
      '--object-id-attribute <path>',
      'the attribute of users with their object id; "none" binds it at the first sign-in',
    )
    .addOption(
      numberOption('--cache-seconds <seconds>', 'how long a successful check may be reused; 0 for never', {
        min: 0,
        max: CACHE_SECONDS_MAX,
      }),
    )
    .option('--json', 'print JSON');
}

/** Returns the settings that the options name. Reads the client secret from standard input, because other users can see arguments. */
async function settingsOf(options: SettingOptions): Promise<ServerChange> {
  const { identityProvider, lockedAccounts, expiredPasswords, objectIdAttribute, cacheSeconds, publicClient } = options;
  if (publicClient === true && options.clientSecret !== undefined) {
    throw new AppError('usage', 'Give either --client-secret or --public-client.');
  }
  const entra = {
    ...(options.authorityUrl !== undefined && { authorityUrl: options.authorityUrl }),
    ...(options.tenant !== undefined && { tenant: options.tenant }),
    ...(options.clientId !== undefined && { clientId: options.clientId }),
    ...(publicClient === true && { clientSecret: null }),
    ...(options.clientSecret !== undefined && {
      clientSecret: await secretFromInput('--client-secret', options.clientSecret),
    }),
    ...(objectIdAttribute !== undefined && {
      objectIdAttribute: objectIdAttribute === 'none' ? null : objectIdAttribute,
    }),
    ...(cacheSeconds !== undefined && { cacheSeconds }),
  };
  return {
    ...(identityProvider !== undefined && { identityProvider }),
    ...(options.methods !== undefined && { methods: methodsOf(options.methods) }),
    ...(lockedAccounts !== undefined && { lockedAccounts }),
    ...(expiredPasswords !== undefined && { expiredPasswords }),
    ...(Object.keys(entra).length > 0 && { entra }),
  };
}

function methodsOf(text: string): readonly RadiusMethod[] {
  return text.split(',').map((part) => {
    const method = radiusMethods.find((one) => one.toLowerCase() === part.trim().toLowerCase());
    if (method !== undefined) return method;
    throw new AppError('usage', `--methods has ${quote(part.trim())}: the methods are ${radiusMethods.join(' and ')}.`);
  });
}

/** Returns the server with a name or an id. Throws `notFound`, with a list of the servers. */
export async function serverNamed({ deps, organization }: Session, named: string): Promise<RadiusServer> {
  return await requireServerNamed(deps.database, organization.id, named);
}

async function listAll(options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const servers = await listServers(deps.database, organization.id);
  const ids = servers.map(({ id }) => id);
  const clients = await countClients(deps.database, organization.id, ids);
  const rows = servers.map((server) => ({ ...summary(server), clients: clients.get(server.id) ?? 0 }));
  const columns = ['id', 'name', 'identityProvider', 'methods', 'clients'];
  printRows(options, rows, columns, 'There are no RADIUS servers. Create one: tanhua radius server create NAME');
}

async function showServer(named: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization } = session;
  const server = await serverNamed(session, named);
  const clients = await listClients(deps.database, organization.id, server.id);
  const groups = await listServerGroups(deps.database, organization.id, server.id);
  const lines = [
    ...clients.map(({ network, name }) => `client  ${network}  ${name}`),
    ...groups.map(({ id, name }) => `group   ${id}  ${name}`),
  ];
  print(
    options,
    {
      ...settingsShown(server),
      clients: clients.map(({ id, name, network }) => ({ id, name, network })),
      groups,
    },
    `${properties(settingsShown(server))}\n\n${lines.join('\n') || 'The server has no clients and no groups: no person can connect.'}`,
  );
}

function printServer(options: OutputOptions, server: RadiusServer, what: string): void {
  const shown = settingsShown(server);
  print(options, shown, `The RADIUS server ${quote(server.name)} ${what}\n\n${properties(shown)}`);
}

function summary({ id, name, identityProvider, methods }: RadiusServer) {
  return { id, name, identityProvider, methods: methods.join(', ') };
}

function settingsShown(server: RadiusServer) {
  const { lockedAccounts, expiredPasswords, entra, createdAt, modifiedAt } = server;
  const { authorityUrl, tenant, clientId, objectIdAttribute, cacheSeconds } = entra;
  return {
    ...summary(server),
    lockedAccounts,
    expiredPasswords,
    ...(server.identityProvider === 'entra' && {
      authorityUrl,
      tenant,
      clientId,
      clientSecret: shownClientSecret(server),
      objectIdAttribute,
      cacheSeconds,
    }),
    created: createdAt,
    lastModified: modifiedAt,
  };
}
