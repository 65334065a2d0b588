import type { Account, AccountDeps } from '#accounts/account.ts';
import type { Attempts } from '#accounts/attempts.ts';
import type { FieldChange, RadiusAttempt, RequestOrigin } from '#audit/event-types.ts';
import type { RadiusReason } from '#base/words/radius-reasons.ts';
import { sourceOf } from '../credentials/attempt-source.ts';
import { expectedTenant, type EntraCheck, type EntraResult } from '../credentials/entra-check.ts';
import type { EntraIdentity } from '../credentials/entra-answer.ts';
import { begin, type LocalCheck } from '../credentials/local-check.ts';
import type { PasswordAttempt } from '../radius-types.ts';
import { textAt } from './object-id.ts';
import type { DecidingClient, DecidingServer, RadiusDirectory } from './radius-directory.ts';

/** A user who wants to connect. */
export interface Person {
  readonly account: Account & { kind: 'user' };
  /** Why the user may not connect, even with the right password. */
  readonly block: RadiusReason | undefined;
  readonly isLocked: boolean;
  readonly wifiPasswordHash: string | null;
}

/** The result of the check of a password and of the rules. */
export interface Checked {
  readonly reason: RadiusReason;
  readonly credential?: RadiusAttempt['credential'];
  readonly aadsts?: number | null;
  readonly changes?: readonly FieldChange[];
}

interface Attempted {
  readonly deps: AccountDeps;
  readonly client: DecidingClient;
  readonly attempt: PasswordAttempt;
  readonly request: RequestOrigin;
}

/** What the person entered, and the user who has the name. */
interface Entered {
  readonly login: string;
  readonly password: string;
  readonly person: Person | undefined;
}

/**
 * Checks a password with this directory. The rules are applied after the password, so that a wrong password counts and takes as long for
 * every user.
 */
export async function checkWithDirectory(
  { checkLocal }: { readonly checkLocal: LocalCheck },
  { deps, client, attempt, request }: Attempted,
  { login, password, person }: Entered,
): Promise<Checked> {
  const result = await checkLocal({
    deps,
    account: person?.account,
    organizationId: client.server.organizationId,
    login,
    password,
    wifiPasswordHash: person?.wifiPasswordHash ?? null,
    source: sourceOf(attempt),
    request,
  });
  if (result.kind !== 'ok') return { reason: result.code };
  return { reason: person?.block ?? 'accepted', credential: result.by };
}

interface EntraDeps {
  readonly directory: RadiusDirectory;
  readonly attempts: Attempts;
  readonly entra: EntraCheck;
}

/** Answers of Entra ID that can mean a wrong password. They make the device wait, before Entra ID locks the account. */
const guesses: ReadonlySet<RadiusReason> = new Set(['entraWrongPassword', 'entraUserUnknown', 'entraNoPassword']);

/**
 * Checks a password with Entra ID. The rules are applied first: the passwords of people who may not connect anyway are not sent. The name
 * at Entra ID is the work email address, also if the person entered the username.
 */
export async function checkWithEntra(
  policy: EntraDeps,
  { client, attempt }: Attempted,
  { login, password, person }: Entered,
): Promise<Checked> {
  const { server } = client;
  if (person === undefined) return { reason: 'userUnknown' };
  const { account, block } = person;
  if (block !== undefined) return { reason: block };
  if (server.entra === null) return { reason: 'entraNotConfigured' };
  if (account.email === '') return { reason: 'entraNoEmail' };
  const known = await knownIdentity(policy.directory, server, account);
  const { organizationId } = server;
  const counted = await begin(policy.attempts, { source: sourceOf(attempt), account, login, organizationId });
  if (counted === undefined) return { reason: 'tooManyAttempts' };
  let result: EntraResult;
  try {
    result = await policy.entra.check({
      settings: server.entra,
      userPrincipalName: account.email,
      password,
      expected: known.expected,
      cached: { clientId: client.id, userId: account.id, userVersion: account.user.version },
    });
  } catch (error) {
    await counted.cancel();
    throw error;
  }
  if (result.kind === 'ok') {
    await counted.succeed();
    return await bound(policy.directory, server, account, { result, isKnown: known.isBound });
  }
  await (guesses.has(result.code) ? counted.fail() : counted.cancel());
  return { reason: result.code, aadsts: result.aadsts };
}

interface Known {
  readonly expected: { readonly tenant: string | null; readonly objectId: string | null };
  /** True if the object id needs no binding: an attribute has it, or the user is bound. */
  readonly isBound: boolean;
}

/** Returns which account of Entra ID the user has: that in the attribute that the server names, or else the bound one. */
async function knownIdentity(
  directory: RadiusDirectory,
  server: DecidingServer,
  account: Person['account'],
): Promise<Known> {
  const binding = await directory.bindingOf(server, account.id);
  const settings = server.entra ?? { tenant: '' };
  const tenant = expectedTenant(settings, binding);
  const own = server.objectIdAttribute === null ? null : textAt(account.user.document, server.objectIdAttribute);
  const objectId = own ?? binding?.objectId ?? null;
  // Without the tenant's id in the settings, the binding also keeps the tenant.
  return { expected: { tenant, objectId }, isBound: binding !== null || (own !== null && tenant !== null) };
}

/** Binds the user to the account at the first sign-in, so that a userPrincipalName that is given to another person does not connect. */
async function bound(
  directory: RadiusDirectory,
  server: DecidingServer,
  { id: userId }: Person['account'],
  { result, isKnown }: { readonly result: Extract<EntraResult, { kind: 'ok' }>; readonly isKnown: boolean },
): Promise<Checked> {
  const credential = result.isCached ? 'entraCached' : 'entra';
  if (isKnown) return { reason: 'accepted', credential };
  const identity: EntraIdentity = { tenant: result.tenant, objectId: result.objectId };
  const now = await directory.bind(server, userId, identity);
  if (now === null) return { reason: 'entraAccountTaken', credential };
  // Another sign-in bound the user to another account at the same moment.
  if (now.tenant !== identity.tenant || now.objectId !== identity.objectId)
    return { reason: 'entraOtherUser', credential };
  const changes = [{ field: 'entraObjectId', from: null, to: identity.objectId }];
  return { reason: 'accepted', credential, changes };
}
