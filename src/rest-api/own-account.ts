import { findAccount, type Account } from '#accounts/account.ts';
import type { AnonymousDeps } from '#accounts/account-places.ts';
import { isUnknownLink } from '#accounts/account-links.ts';
import { clientAt } from '#accounts/attempts.ts';
import { confirmPassword } from '#accounts/sign-in.ts';
import { AppError, assert } from '#base/errors.ts';
import { identityOf, type Context } from './context.ts';

/** The dependencies that identify a caller without a key. */
export function anonymousDepsOf({ services }: Context): AnonymousDeps {
  return { ...services.accounts, fleet: services.fleet };
}

/** The account of the user or administrator who is signed in. */
export async function ownAccount(context: Context): Promise<Account> {
  const { principal, deps } = identityOf(context);
  const kind = principal.user === null ? 'administrator' : 'user';
  const id = principal.user?.id ?? principal.administrator?.id ?? '';
  const found = await findAccount(deps.database, principal.organizationId, kind, id);
  assert(found, 'who is signed in has an account');
  return found;
}

/** The account confirms its password before it changes how it signs in. Throws signInFailed (401) and tooManyAttempts (429). */
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

/** Errors that say that a password, a code or a secret was wrong. */
const failures: ReadonlySet<string> = new Set(['signInFailed', 'secondFactor', 'tokenUsed']);

function isFailure(error: unknown): boolean {
  return error instanceof AppError && failures.has(error.code);
}

/**
 * An attempt of an account that is signed in to prove who it is: counted by its session, so that others make it wait for
 * nothing. `proof` names what a success proves. Each has a count of its own: a caller that knows the password could otherwise
 * send it between two codes, and so guess codes without a limit.
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

/** An attempt of an unknown sender with a secret that cannot be guessed: a right one is never refused. */
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
