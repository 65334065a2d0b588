import { Command, Option } from 'commander';
import { quote } from '#base/errors.ts';
import { listClients, type RadiusClient } from '#radius/servers/client-store.ts';
import {
  addClient,
  changeClient,
  removeClient,
  requireClientNamed,
  rotateSecret,
  type ClientWithSecret,
} from '#radius/servers/clients.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';
import { timeOf } from '../time-option.ts';
import { serverNamed } from './radius-server.ts';

const SERVER = ['<server>', 'the RADIUS server, by name or id'] as const;
const CLIENT = ['<client>', 'the client, by name, network or id'] as const;
const insecureOption = () =>
  new Option(
    '--insecure <state>',
    'on accepts packets without Message-Authenticator, whose answers an attacker on the path can forge',
  ).choices(['on', 'off']);

interface ChangeOptions extends OutputOptions {
  readonly name?: string;
  readonly network?: string;
  readonly insecure?: 'on' | 'off';
}

export function radiusClientCommand(): Command {
  const command = new Command('client').description(
    'Manage the clients of RADIUS servers: access points, switches and VPN gateways.',
  );
  command
    .command('add')
    .argument(...SERVER)
    .argument('<name>', 'the name of the client')
    .argument('<network>', 'its address or network: IPv4 or IPv6, such as 192.0.2.0/24')
    .description('Add a client, and print its shared secret once.')
    .addOption(insecureOption())
    .option('--json', 'print JSON')
    .action(async (named: string, name: string, network: string, options: ChangeOptions) => {
      await using session = await openSession();
      const { id } = await serverNamed(session, named);
      const draft = { name, network, isInsecure: options.insecure === 'on' };
      printSecret(options, await addClient(depsOf(session), session.origin, id, draft));
    });
  command
    .command('list')
    .argument(...SERVER)
    .description('List the clients of a RADIUS server.')
    .option('--json', 'print JSON')
    .action(async (named: string, options: OutputOptions) => {
      await using session = await openSession();
      const server = await serverNamed(session, named);
      const clients = await listClients(session.deps.database, server.organizationId, server.id);
      const columns = ['id', 'name', 'network', 'insecure', 'nextSecretFrom'];
      printRows(options, clients.map(shown), columns, `The RADIUS server ${quote(server.name)} has no clients.`);
    });
  addChanges(command);
  return command;
}

/** Adds the commands that change a client. */
function addChanges(command: Command): void {
  command
    .command('set')
    .argument(...SERVER)
    .argument(...CLIENT)
    .description('Change a client. Its shared secret stays.')
    .option('--name <name>', 'the new name')
    .option('--network <network>', 'the new address or network')
    .addOption(insecureOption())
    .option('--json', 'print JSON')
    .action(async (server: string, named: string, { name, network, insecure, ...options }: ChangeOptions) => {
      await using session = await openSession();
      const client = await clientNamed(session, server, named);
      const change = { name, network, isInsecure: insecure === undefined ? undefined : insecure === 'on' };
      const changed = await changeClient(depsOf(session), session.origin, client, change);
      print(options, shown(changed), properties(shown(changed)));
    });
  command
    .command('rotate')
    .argument(...SERVER)
    .argument(...CLIENT)
    .description('Generate a new shared secret for a client, and print it once.')
    .option('--at <time>', 'when it replaces the current secret, which is valid until then; default: now')
    .option('--json', 'print JSON')
    .action(async (server: string, named: string, options: OutputOptions & { readonly at?: string }) => {
      await using session = await openSession();
      const client = await clientNamed(session, server, named);
      const changeAt = options.at === undefined ? undefined : timeOf('--at', options.at);
      printSecret(options, await rotateSecret(session.deps, session.origin, client, { changeAt }));
    });
  command
    .command('remove')
    .argument(...SERVER)
    .argument(...CLIENT)
    .description('Remove a client from a RADIUS server.')
    .option('--json', 'print JSON')
    .action(async (server: string, named: string, options: OutputOptions) => {
      await using session = await openSession();
      const { id, name, network, serverId } = await clientNamed(session, server, named);
      await removeClient(session.deps, session.origin, { id, serverId });
      print(options, { id, name, removed: true }, `The RADIUS client ${quote(name)} (${network}) was removed.`);
    });
}

function depsOf({ deps, fleet }: Session) {
  return { ...deps, fleet };
}

async function clientNamed(session: Session, server: string, named: string): Promise<RadiusClient> {
  return await requireClientNamed(session.deps.database, await serverNamed(session, server), named);
}

function shown(client: RadiusClient) {
  const { id, serverId, name, network, isInsecure, next, createdAt, modifiedAt } = client;
  return {
    id,
    server: serverId,
    name,
    network,
    insecure: isInsecure,
    nextSecretFrom: next?.from ?? null,
    created: createdAt,
    lastModified: modifiedAt,
  };
}

function printSecret(options: OutputOptions, { client, secret, changeAt, certainFrom }: ClientWithSecret): void {
  const lines = [
    `Shared secret of the RADIUS client ${quote(client.name)} (${client.network}):`,
    '',
    `  ${secret}`,
    '',
    'It is not shown again: enter it in the device now.',
    `It is valid from ${changeAt.toISOString()}, and certainly used from ${certainFrom.toISOString()}: the RADIUS engine keeps a client for a minute.`,
  ];
  print(options, { ...shown(client), sharedSecret: secret, changeAt, certainFrom }, lines.join('\n'));
}
