import { z } from 'zod';
import { findAccount } from '#accounts/account.ts';
import { confirmPassword } from '#accounts/sign-in.ts';
import type { Principal } from '#admins/authenticate.ts';
import { type AppError, assert } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { scopeTo } from '#database/database.ts';
import { identityOf, type Context } from './context.ts';
import { guarded } from './own-account.ts';
import type { Route } from './route.ts';

/** The number of minutes after a sign-in with a passkey during which no password is required. */
export const PASSKEY_CONFIRMATION_MINUTES = 5;
const MINUTE_MS = 60_000;

const confirmed = z.looseObject({ password: z.string().max(1_024).optional() });

/**
 * Requires the administrator's password on routes that grant access or weaken authentication, so that a stolen session cookie is
 * not enough. API keys are exempt, because other rules limit them. A sign-in with a passkey within the last
 * PASSKEY_CONFIRMATION_MINUTES replaces the password. Throws `passwordConfirmation` (403) if the password is missing, and
 * `signInFailed` (401) if it is wrong. A wrong password counts as a failed sign-in.
 */
export async function requireConfirmation(context: Context, route: Route, body: unknown): Promise<void> {
  if (route.confirms === undefined || context.identity === undefined) return;
  const identity = identityOf(context);
  const { principal } = identity;
  if (principal.credential !== 'session') return;
  if (typeof route.confirms === 'function' && !(await route.confirms(body, context))) return;
  if (isFreshPasskey(principal, identity.deps.clock.now())) return;
  const { password } = confirmed.parse(body ?? {});
  if (password === undefined || password === '') throw missing(route);
  const { deps } = await context.services.tenants.accessTo(principal.organizationId);
  const home = { ...identity.deps, ...deps, database: scopeTo(deps.database, principal.organizationId) };
  const id = principal.administrator?.id ?? '';
  const account = await findAccount(home.database, principal.organizationId, 'administrator', id);
  assert(account, 'the session was found with its account');
  await guarded(context, account, 'password', () =>
    confirmPassword(home, account, context.origin, { password, attribute: 'password' }),
  );
}

function isFreshPasskey({ authMethods, signedInAt }: Principal, now: Date): boolean {
  if (!authMethods.includes('hwk') || signedInAt === null) return false;
  return now.getTime() - signedInAt <= PASSKEY_CONFIRMATION_MINUTES * MINUTE_MS;
}

function missing({ method, path, body }: Route): AppError {
  return new TranslatedError(
    'passwordConfirmation',
    ({ admin }) =>
      admin.confirmation(`${method} ${path}`, body === undefined ? 'inPost' : 'inBody', PASSKEY_CONFIRMATION_MINUTES),
    { attribute: 'password' },
  );
}
