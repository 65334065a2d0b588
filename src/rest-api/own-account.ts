import { findAccount, type Account } from '#accounts/account.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import { clientAt } from '#accounts/attempts.ts';
import { confirmPassword } from '#accounts/sign-in.ts';
import { AppError, assert } from '#base/errors.ts';
import { identityOf, type Context } from './context.ts';

/** Returns the dependencies for looking up accounts for a caller without a credential. */
export function anonymousDepsOf({ services }: Context): AnonymousDeps {
  return { ...services.accounts, fleet: services.fleet };
}

/** Returns the account of the user or administrator who is signed in. */
export async function ownAccount(context: Context): Promise<Account> {
  const { principal, deps } = identityOf(context);
  const kind = principal.user === null ? 'administrator' : 'user';
  const id = principal.user?.id ?? principal.administrator?.id ?? '';
  const found = await findAccount(deps.database, principal.organizationId, kind, id);
  assert(found, 'a signed-in caller has an account');
  return found;
}

/**
 * Checks the password of the signed-in account before it changes how it signs in. Throws signInFailed (401) if the password is wrong,
 * and tooManyAttempts (429).
 */
export async function requireOwnPassword(
  context: Context,
  account: Account,
  password: string,
  attribute = 'password',
): Promise<void> {
  const { deps } = identityOf(context);
  await guarded(context, account, 'password', () =>
    confirmPassword(deps, account, context.origin, { password, attribute }),
  );
}

/** Codes of the errors for a wrong password, code or secret. */
const failures: ReadonlySet<string> = new Set(['signInFailed', 'secondFactor', 'tokenUsed']);

function isFailure(error: unknown): boolean {
  return error instanceof AppError && failures.has(error.code);
}

/**
 * Runs an attempt of a signed-in account to prove its identity, and counts failures per session, so that attempts in other sessions
 * do not make this one wait. `proof` names what a success proves. Each proof has a separate count: otherwise a caller that knows the
 * password could send it between two codes, and so guess codes without limit. Throws tooManyAttempts (429), and what `attempt` throws.
 */
export async function guarded<Result>(
  context: Context,
  account: Pick<Account, 'id'>,
  proof: 'password' | 'code',
  attempt: () => Promise<Result>,
): Promise<Result> {
  const session = { kind: 'session', id: identityOf(context).principal.keyId } as const;
  const counted = await context.services.attempts.begin('confirmation', session, `${proof} ${account.id}`);
  try {
    const result = await attempt();
    await counted.succeed();
    return result;
  } catch (error) {
    await (isFailure(error) ? counted.fail() : counted.cancel());
    throw error;
  }
}

/** Runs an attempt of an unknown sender with a secret that cannot be guessed. Counts failures, but never refuses a correct secret. */
export async function guardedSecret<Result>(
  { services, request }: Context,
  purpose: 'link' | 'passkey',
  attempt: () => Promise<Result>,
): Promise<Result> {
  return await services.attempts.guardSecret(
    purpose,
    clientAt(request.ip),
    attempt,
    purpose === 'link' ? isUnknownLink : isFailure,
  );
}
