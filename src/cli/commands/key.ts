import { Command } from 'commander';
import {
  createApiKey,
  EXPIRY_DAYS_MAX,
  listAllKeys,
  OVERLAP_HOURS_DEFAULT,
  OVERLAP_HOURS_MAX,
  revokeApiKey,
  rotateApiKey,
  type CreatedKey,
} from '#admins/api-keys.ts';
import { EXPIRY_DAYS_DEFAULT } from '#admins/key-limits.ts';
import { keyStatus } from '#admins/key-status.ts';
import { listApiKeys } from '#admins/api-key-store.ts';
import type { ApiKey, KeyOwner } from '#admins/key-record.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import { serviceAdministrator } from '#admins/administrators.ts';
import { everyPermission, findRole, roleNames } from '#admins/roles.ts';
import { AppError, quote } from '#base/errors.ts';
import { accountDepsOf } from '../account-deps.ts';
import { namedAdministrator } from '../named-administrator.ts';
import { namedUser } from '../named-user.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { findIntegration, openSession, type Session } from '../session.ts';

interface CreateOptions extends OutputOptions {
  readonly name?: string;
  readonly integration?: string;
  readonly administrator?: string;
  readonly role?: string;
  readonly user?: string;
  readonly expires: string;
  readonly allow?: readonly string[];
}

interface RotateOptions extends OutputOptions {
  readonly expires?: string;
  readonly overlap: string;
}

export function keyCommand(): Command {
  const command = new Command('key').description("Manage API keys, integration tokens and users' own tokens.");
  command
    .command('create')
    .description('Create a key and print it. It is shown only once: the directory stores only its hash.')
    .option('--name <name>', 'the name of the key; default: the name of its owner')
    .option(
      '--integration <name>',
      'create an integration token, which can only use SCIM, for this integration; default: the first integration',
    )
    .option(
      '--administrator <email>',
      'create an API key with the role of this administrator instead; give the email address or id',
    )
    .option('--role <role>', 'create an API key with this built-in role instead, owned by a service account')
    .option('--user <user>', 'create a token for /Me instead, for this user: userName, username, email or id')
    .option('--expires <days>', 'days until the key expires, or "never"', String(EXPIRY_DAYS_DEFAULT))
    .option(
      '--allow <addresses...>',
      'IP addresses and networks that may use the key, such as 192.0.2.0/24; default: all',
    )
    .option('--json', 'print JSON')
    .action(createKey);
  command
    .command('list')
    .description('List keys with their owner, status, expiry and last use.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const keys = await listAllKeys(session.deps.database, session.organization.id);
      const rows = keys.map((key) => ({ ...key, status: keyStatus(key, session.deps.clock.now()) }));
      const columns = ['id', 'prefix', 'kind', 'owner', 'role', 'name', 'status', 'expiresAt', 'lastUsedAt'];
      printRows(options, rows, columns, 'There are no keys. Create one: tanhua key create');
    });
  command
    .command('revoke')
    .argument('<id>', 'the id or the prefix of the key, as "tanhua key list" shows it')
    .description('Revoke a key. It stops working with the next request.')
    .option('--json', 'print JSON')
    .action(revokeKey);
  command
    .command('rotate')
    .argument('<id>', 'the id or the prefix of the key, as "tanhua key list" shows it')
    .description(
      'Replace a key with a new one. The old key still works for a while, so that you can enter the new one.',
    )
    .option('--expires <days>', 'days until the new key expires, or "never"; default: as many as the old key had')
    .option('--overlap <hours>', 'hours for which the old key still works', String(OVERLAP_HOURS_DEFAULT))
    .option('--json', 'print JSON')
    .action(rotateKey);
  return command;
}

async function createKey(options: CreateOptions): Promise<void> {
  await using session = await openSession();
  const { owner, ownerName } = await ownerOf(session, options);
  const name = options.name ?? ownerName;
  const expiresInDays = daysOf(options.expires);
  const draft = { owner, name, expiresInDays, allowedIps: options.allow ?? null };
  printKey(options, await createApiKey(accountDepsOf(session), session.origin, draft), ownerName);
}

function printKey(options: OutputOptions, { key, record }: CreatedKey, ownerName: string): void {
  const { id, name, kind, expiresAt, allowedIps } = record;
  const { what, use } = keyTexts[kind];
  const expiry = expiresAt === null ? 'never expires' : `expires on ${expiresAt.toISOString()}`;
  print(
    options,
    { id, key, name, kind, owner: ownerName, expiresAt, allowedIps },
    `${key}\n\nThis is the ${what} ${quote(name)} for ${ownerName}; it ${expiry}.\nIt is shown only once: ${use}.\nFor OAuth 2 client credentials, the client identifier is ${id}, and the key is the client secret.`,
  );
}

async function rotateKey(idOrPrefix: string, options: RotateOptions): Promise<void> {
  await using session = await openSession();
  const { id, owner } = await namedKey(session, idOrPrefix);
  const overlapHours = Number(options.overlap);
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > OVERLAP_HOURS_MAX) {
    throw new AppError(
      'usage',
      `--overlap is ${quote(options.overlap)}: it must be a whole number of hours from 0 to ${OVERLAP_HOURS_MAX}.`,
    );
  }
  const expiresInDays = options.expires === undefined ? undefined : daysOf(options.expires);
  const how = { expiresInDays, overlapHours };
  printKey(options, await rotateApiKey(accountDepsOf(session), session.origin, id, how, () => true), owner);
}

/** Returns the key with an id or a prefix. Throws `notFound`, and `usage` if several keys have the prefix. */
async function namedKey({ deps, organization }: Session, idOrPrefix: string): Promise<ApiKey> {
  const keys = await listApiKeys(deps.database, organization.id);
  const [key, second] = keys.filter((one) => one.id === idOrPrefix || one.prefix === idOrPrefix);
  if (key === undefined) throw new AppError('notFound', `There is no key ${quote(idOrPrefix)}.`);
  if (second === undefined) return key;
  throw new AppError('usage', `Several keys have the prefix ${quote(idOrPrefix)}: give the id instead.`);
}

/** The name of each kind of key, and how it is used. */
const keyTexts = {
  administrator: { what: 'API key', use: 'send it as x-api-key, or as a bearer token' },
  integration: { what: 'integration token', use: 'enter it as Secret Token' },
  user: { what: "user's own token", use: 'a client that sends it can read the user at /Me and change the password' },
} as const satisfies Readonly<Record<KeyOwner['kind'], object>>;

async function ownerOf(session: Session, options: CreateOptions): Promise<{ owner: KeyOwner; ownerName: string }> {
  if (options.user !== undefined) return await userOwner(session, options.user, options);
  const administrator = await administratorOf(session, options);
  if (administrator === undefined) {
    const integration = await findIntegration(session, options.integration);
    return { owner: { kind: 'integration', integrationId: integration.id }, ownerName: integration.name };
  }
  const integrationId =
    options.integration === undefined ? null : (await findIntegration(session, options.integration)).id;
  return {
    owner: { kind: 'administrator', administratorId: administrator.id, integrationId },
    ownerName: `${administrator.email} (${administrator.roleName})`,
  };
}

async function userOwner(session: Session, name: string, { integration, administrator, role }: CreateOptions) {
  if ([integration, administrator, role].some((option) => option !== undefined)) {
    throw new AppError(
      'usage',
      'A token has one owner: give --user without --integration, --administrator and --role.',
    );
  }
  const user = await namedUser(session, name);
  return { owner: { kind: 'user', userId: user.id }, ownerName: user.userName } as const;
}

/**
 * Returns the administrator that --administrator names, or the service account for --role, which it creates if necessary. Resolves with
 * undefined if neither option is given. Throws `usage`, `notFound`, and `conflict` if the administrator may not have API keys.
 */
async function administratorOf(session: Session, options: CreateOptions): Promise<Administrator | undefined> {
  const { deps, origin } = session;
  if (options.administrator !== undefined && options.role !== undefined) {
    throw new AppError('usage', 'An administrator already has a role: give --administrator or --role, not both.');
  }
  if (options.role !== undefined) {
    const role = findRole(options.role);
    if (role !== undefined) return await serviceAdministrator(deps, origin, role, everyPermission);
    throw new AppError('usage', `There is no role ${quote(options.role)}. The roles are ${roleNames.join(', ')}.`);
  }
  if (options.administrator === undefined) return undefined;
  const found = await namedAdministrator(session, options.administrator);
  if (found.apiKeyAllowed && !found.suspended) return found;
  throw new AppError(
    'conflict',
    `${quote(found.email)} may not have API keys. Allow them: tanhua admin set ${found.email} --api-keys on --suspended off`,
  );
}

function daysOf(text: string): number | null {
  if (text === 'never') return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= EXPIRY_DAYS_MAX) return days;
  throw new AppError(
    'usage',
    `--expires is ${quote(text)}: it must be "never" or a whole number of days from 1 to ${EXPIRY_DAYS_MAX}.`,
  );
}

async function revokeKey(idOrPrefix: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { id, prefix, revokedAt } = await namedKey(session, idOrPrefix);
  const revoked = revokedAt === null;
  await revokeApiKey(session.deps, session.origin, id, () => true);
  print(options, { id, revoked }, revoked ? `Revoked ${prefix}…` : `${prefix}… was already revoked.`);
}
