import { userAccount, type Account, type AccountDeps } from '#accounts/account.ts';
import { depsOfOrganization, type AnonymousDeps } from '#accounts/account-places.ts';
import { isExpired } from '#accounts/account-session.ts';
import type { Attempts } from '#accounts/attempts.ts';
import { isLocked, resetFailures } from '#accounts/lockout.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import type { Log } from '#base/log.ts';
import { radiusReasons, type RadiusReason } from '#base/words/radius-reasons.ts';
import { inTransaction } from '#database/database.ts';
import { findUsersNamed } from '#directory/user-login-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { connectionBlockOf } from '../credentials/connection-rules.ts';
import type { EntraCheck } from '../credentials/entra-check.ts';
import type { LocalCheck } from '../credentials/local-check.ts';
import type { AttemptDecision, PasswordAttempt, RadiusPolicy } from '../radius-types.ts';
import { attemptOrigin, recordRadiusAttempt, type Outcome } from './attempt-event.ts';
import { checkWithDirectory, checkWithEntra, type Checked, type Person } from './check-password.ts';
import type { DecidingClient, RadiusDirectory } from './radius-directory.ts';

/** The maximum length of a name and of a password, in characters. The attributes of RADIUS are shorter; those of a tunnel can be longer. */
export const RADIUS_TEXT_LENGTH_MAX = 1_024;

export interface RadiusPolicyDeps {
  readonly directory: RadiusDirectory;
  readonly accounts: AnonymousDeps;
  readonly attempts: Attempts;
  readonly checkLocal: LocalCheck;
  readonly entra: EntraCheck;
  readonly log: Log;
}

/**
 * Creates the policy that the RADIUS engine asks: from the client to its server and organization, to the user of this organization, the
 * password, the rules of the server, and the reply attributes. Each attempt records an event with the reason.
 *
 * `decide` does not throw. A fault of the directory is answered with silence, so that no person is refused for it.
 *
 * @example
 * const policy = createRadiusPolicy({ directory, accounts, attempts, checkLocal, entra, log });
 * const decision = await policy.decide(attempt);
 */
export function createRadiusPolicy(deps: RadiusPolicyDeps): RadiusPolicy {
  return {
    clientAt: async (address) => await deps.directory.clientAt(address),
    decide: async (attempt) => {
      try {
        return await decide(deps, attempt);
      } catch (error) {
        deps.log.error({ err: error, radiusClient: attempt.clientId }, 'a RADIUS request could not be decided');
        return { kind: 'silence' };
      }
    },
  };
}

async function decide(policy: RadiusPolicyDeps, attempt: PasswordAttempt): Promise<AttemptDecision> {
  const client = await policy.directory.clientWithServer(attempt.clientId);
  // The client was removed while the engine still knew it. There is no organization whose event it could be.
  if (client === undefined) return { kind: 'silence' };
  const { server } = client;
  const deps = await depsOfOrganization(policy.accounts, server.organizationId);
  const request = attemptOrigin(deps.clock, client, attempt);
  const { person, outcome } = await outcomeOf(policy, { deps, client, attempt, request });
  // The replies are read before the event is recorded, so that the event of an accepted attempt is not followed by a fault.
  const replies =
    outcome.reason === 'accepted' && person !== undefined
      ? await policy.directory.repliesFor(server, person.account.id)
      : [];
  await recordRadiusAttempt(deps, client, attempt, { request, outcome });
  return decisionOf(outcome.reason, person, replies);
}

function decisionOf(
  reason: RadiusReason,
  person: Person | undefined,
  replies: Extract<AttemptDecision, { kind: 'accept' }>['replies'],
): AttemptDecision {
  const definition: { readonly answer: string; readonly reply?: string } = radiusReasons[reason];
  const { answer, reply: message = null } = definition;
  if (answer === 'accept' && person !== undefined) {
    return { kind: 'accept', userName: person.account.user.username, replies };
  }
  if (answer === 'silence') return { kind: 'silence' };
  return { kind: 'reject', isLocked: answer === 'lock', message };
}

/** Everything about one attempt. */
interface Attempted {
  readonly deps: AccountDeps;
  readonly client: DecidingClient;
  readonly attempt: PasswordAttempt;
  readonly request: RequestOrigin;
}

interface Decided {
  readonly person: Person | undefined;
  readonly outcome: Outcome;
}

async function outcomeOf(policy: RadiusPolicyDeps, attempted: Attempted): Promise<Decided> {
  const { attempt, client, deps } = attempted;
  const fault = faultOfRequest(attempt, client);
  if (typeof fault === 'string') return decided(undefined, { reason: fault });
  const users = await findUsersNamed(deps.database, client.server.organizationId, fault.login);
  const [user] = users;
  const isUnique = users.length === 1;
  const account = user !== undefined && isUnique ? await userAccount(deps.database, user) : undefined;
  const person = account?.kind === 'user' ? await personOf(policy, attempted, account) : undefined;
  const checked = await checkPassword(policy, attempted, { ...fault, person });
  // Several users have the name: the password was checked against none of them, only for the time that it takes.
  if (users.length > 1 && checked.reason === 'userUnknown') return decided(undefined, { reason: 'nameUnclear' });
  return decided(person, checked);
}

function decided(person: Person | undefined, checked: Checked): Decided {
  const { reason, credential = null, aadsts = null, changes = [] } = checked;
  const user = person && { id: person.account.id, userName: person.account.user.userName };
  return { person, outcome: { reason, user, credential, aadsts, changes } };
}

/** Returns the name and the password, or why the request cannot be decided by them. */
function faultOfRequest(
  { method, userName, password }: PasswordAttempt,
  { server }: DecidingClient,
): RadiusReason | { readonly login: string; readonly password: string } {
  if (method === 'unsupported') return 'methodUnsupported';
  if (!server.methods.includes(method)) return 'methodNotAllowed';
  const login = userName?.trim() ?? '';
  if (login === '' || login.length > RADIUS_TEXT_LENGTH_MAX) return 'nameInvalid';
  if (password === null || password === '' || password.length > RADIUS_TEXT_LENGTH_MAX) return 'passwordInvalid';
  return { login, password };
}

/** Reads what the rules need to know about a user. */
async function personOf(
  { directory }: RadiusPolicyDeps,
  { deps, client: { server } }: Attempted,
  account: Account & { kind: 'user' },
): Promise<Person> {
  const settings = await findSettings(deps.database, account.organizationId);
  const groups = await directory.connectableGroups(server, account.id);
  const wifiPasswordHash =
    server.identityProvider === 'directory' ? await directory.wifiPasswordHashOf(server, account.id) : null;
  const locked = isLocked(deps, account, settings);
  const block = connectionBlockOf(
    {
      state: account.user.state,
      isLocked: locked,
      isPasswordExpired: isExpired(deps, account, settings),
      isPasswordPending: account.passwordHash === null && wifiPasswordHash === null,
      isMember: groups.length > 0,
    },
    server,
  );
  return { account, block, isLocked: locked, wifiPasswordHash };
}

async function checkPassword(
  policy: RadiusPolicyDeps,
  attempted: Attempted,
  entered: { readonly login: string; readonly password: string; readonly person: Person | undefined },
): Promise<Checked> {
  const { client } = attempted;
  if (client.server.identityProvider === 'entra') return await checkWithEntra(policy, attempted, entered);
  const checked = await checkWithDirectory(policy, attempted, entered);
  const { person } = entered;
  if (checked.reason !== 'accepted' || person === undefined || person.isLocked) return checked;
  await forgetFailures(attempted, person);
  return checked;
}

/** Resets the failures of an account after a right password, as a sign-in does. Writes nothing if there are none. */
async function forgetFailures({ deps, client, request }: Attempted, { account }: Person): Promise<void> {
  const { bad_login_attempts: failures, locked_at: lockedAt } = account.security;
  if (failures === 0 && lockedAt === null && !account.user.accountLocked) return;
  const { organizationId } = account;
  const actor = { type: 'system', id: client.id, name: client.name } as const;
  await inTransaction(deps.database, async (transaction) => {
    await resetFailures(deps, transaction, account, { organizationId, actor, integration: undefined, request });
  });
}
