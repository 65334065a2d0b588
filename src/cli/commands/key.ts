import { Command } from 'commander';
import { findAdministrators, type Administrator } from '#admins/administrator-store.ts';
import { serviceAdministrator } from '#admins/administrators.ts';
import { findRole, roleNames } from '#admins/roles.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey, listApiKeys, markRevoked, type ApiKey, type KeyOwner } from '#admins/api-key-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { inTransaction } from '#database/database.ts';
import { namedUser } from '../named-user.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { findIntegration, openSession, type Session } from '../session.ts';

const EXPIRY_DAYS_DEFAULT = 90;
const EXPIRY_DAYS_MAX = 3_650;

interface CreateOptions extends OutputOptions {
  readonly name?: string;
  readonly integration?: string;
  readonly administrator?: string;
  readonly role?: string;
  readonly user?: string;
  readonly expires: string;
}

export function keyCommand(): Command {
  const command = new Command('key').description('API keys, integration tokens, and tokens of users.');
  command
    .command('create')
    .description('Make a key. It is shown once; only a hash of it is kept.')
    .option('--name <name>', 'a name to recognize the key by')
    .option(
      '--integration <name>',
      'an integration token, which can do nothing but SCIM for this integration (the default)',
    )
    .option('--administrator <email>', "an API key with this administrator's role, instead of an integration token")
    .option('--role <role>', 'an API key with this role, owned by a service account')
    .option('--user <user>', "a user's own token, for /Me: userName, username, e-mail or id")
    .option('--expires <days>', 'days until it expires, or "never"', String(EXPIRY_DAYS_DEFAULT))
    .option('--json', 'print JSON')
    .action(createKey);
  command
    .command('list')
    .description('List keys: prefix, owner, expiry and last use.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const keys = await listApiKeys(session.deps.database, session.organization.id);
      const rows = keys.map((key) => ({ ...key, status: statusOf(key, session.deps.clock.now()) }));
      const columns = ['id', 'prefix', 'kind', 'owner', 'role', 'name', 'status', 'expiresAt', 'lastUsedAt'];
      printRows(options, rows, columns, 'There are no keys. Make one: tanhua key create');
    });
  command
    .command('revoke')
    .argument('<id>', 'the id or the prefix of the key, as the list shows it')
    .description('Revoke a key: it stops working with the next request.')
    .option('--json', 'print JSON')
    .action(revokeKey);
  return command;
}

async function createKey(options: CreateOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization, origin } = session;
  const expiresAt = expiryOf(options.expires, deps.clock.now());
  const { owner, ownerName } = await ownerOf(session, options);
  const key = newApiKey();
  const name = options.name ?? ownerName;
  const id = await inTransaction(deps.database, async (transaction) => {
    const created = await insertApiKey(transaction, deps.clock, {
      organizationId: organization.id,
      owner,
      name,
      key,
      expiresAt,
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'api_key_create',
      target: { type: 'api_key', id: created, name },
    });
    return created;
  });
  const { what, use } = keyTexts[owner.kind];
  const expiry = expiresAt === null ? 'never expires' : `expires on ${expiresAt.toISOString()}`;
  print(
    options,
    { id, key, name, kind: owner.kind, owner: ownerName, expiresAt },
    `${key}\n\nThis is the ${what} ${quote(name)} for ${ownerName}; it ${expiry}.\nIt is shown this once: ${use}.`,
  );
}

/** What each kind of key is, and what to do with it. */
const keyTexts = {
  administrator: { what: 'API key', use: 'enter it as Secret Token' },
  integration: { what: 'integration token', use: 'enter it as Secret Token' },
  user: { what: "user's own token", use: 'whoever has it can read the user at /Me, and change the password' },
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
    ownerName: `${administrator.email} (${administrator.role})`,
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

/** The administrator whom the options name, by address or by role; undefined when they name none. */
async function administratorOf(session: Session, options: CreateOptions): Promise<Administrator | undefined> {
  const { deps, organization, origin } = session;
  if (options.administrator !== undefined && options.role !== undefined) {
    throw new AppError('usage', 'An administrator has a role already: give --administrator or --role, not both.');
  }
  if (options.role !== undefined) {
    const role = findRole(options.role);
    if (role !== undefined) return await serviceAdministrator(deps, origin, role);
    throw new AppError('usage', `There is no role ${quote(options.role)}. The roles are ${roleNames.join(', ')}.`);
  }
  if (options.administrator === undefined) return undefined;
  const wanted = fold(options.administrator);
  const all = await findAdministrators(deps.database, organization.id);
  const found = all.find((administrator) => fold(administrator.email) === wanted);
  if (found !== undefined) return found;
  throw new AppError(
    'notFound',
    `There is no administrator ${quote(options.administrator)}. Make one: tanhua admin create`,
  );
}

function expiryOf(text: string, now: Date): Date | null {
  if (text === 'never') return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= EXPIRY_DAYS_MAX) return new Date(now.getTime() + days * DAY_MS);
  throw new AppError(
    'usage',
    `--expires is ${quote(text)}: it must be "never" or whole days from 1 to ${EXPIRY_DAYS_MAX}.`,
  );
}

async function revokeKey(idOrPrefix: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, organization, origin } = session;
  const keys = await listApiKeys(deps.database, organization.id);
  const matching = keys.filter((key) => key.id === idOrPrefix || key.prefix === idOrPrefix);
  const [key, another] = matching;
  if (key === undefined) throw new AppError('notFound', `There is no key ${quote(idOrPrefix)}.`);
  if (another !== undefined)
    throw new AppError('usage', `Several keys begin with ${quote(idOrPrefix)}: name the id instead.`);
  const revoked = await inTransaction(deps.database, async (transaction) => {
    const changed = await markRevoked(transaction, organization.id, key.id, deps.clock.now());
    if (changed) {
      await recordEvent(transaction, deps.clock, origin, {
        type: 'api_key_revoke',
        target: { type: 'api_key', id: key.id, name: key.name },
      });
    }
    return changed;
  });
  print(options, { id: key.id, revoked }, revoked ? `Revoked ${key.prefix}…` : `${key.prefix}… was revoked before.`);
}

function statusOf(key: ApiKey, now: Date): string {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && key.expiresAt <= now ? 'expired' : 'valid';
}
