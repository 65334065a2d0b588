import { findAccount, type Account } from '#accounts/account.ts';
import type { DoorDeps } from '#accounts/account-places.ts';
import { confirmPassword } from '#accounts/sign-in.ts';
import { assert } from '#base/errors.ts';
import { identityOf, type Context } from './context.ts';

/** What it takes to find out who somebody is that has no key. */
export function doorOf({ services }: Context): DoorDeps {
  return { ...services.accounts, fleet: services.fleet };
}

/** The account of whoever is signed in. */
export async function ownAccount(context: Context): Promise<Account> {
  const { principal, deps } = identityOf(context);
  const kind = principal.user === null ? 'administrator' : 'user';
  const id = principal.user?.id ?? principal.administrator?.id ?? '';
  const found = await findAccount(deps.database, principal.organizationId, kind, id);
  assert(found, 'who is signed in has an account');
  return found;
}

/** Who changes how they sign in shows again that it is them. Throws signInFailed (401). */
export async function requireOwnPassword(context: Context, account: Account, password: string): Promise<void> {
  const { deps } = identityOf(context);
  await guarded(context, () => confirmPassword(deps, account, context.origin, { password, attribute: 'password' }));
}

/** An attempt to show who one is: an address may fail with some of them, and then has to wait. */
export async function guarded<Result>(context: Context, attempt: () => Promise<Result>): Promise<Result> {
  return await context.services.attempts.guard(context.request.ip, attempt);
}
