import { findAccount, type Account } from '#accounts/account.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import { clientAt } from '#accounts/attempts.ts';
import { confirmPassword } from '#accounts/sign-in.ts';
import { AppError, assert } from '#base/errors.ts';
import { identityOf, type Context } from './context.ts';

/** Returns the dependencies of functions that look up accounts for a caller without a credential. */
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
 * Checks the password of the signed-in account, before the owner changes how the account signs in. Throws `signInFailed` (401) if the
 * password is wrong, and `tooManyAttempts` (429) after too many failures.
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
 * Runs `attempt`, in which a signed-in caller proves its identity with a password or a code. Counts failures per session, so that
 * attempts in other sessions do not delay this session. Passwords and codes have separate counts: otherwise a caller that knows the
 * password could reset the count with it, and so guess codes without limit. Throws `tooManyAttempts` (429), and the errors of `attempt`.
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

/** Runs `attempt`, in which an unknown caller sends an unguessable secret. Counts failures, but never refuses a correct secret. */
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
