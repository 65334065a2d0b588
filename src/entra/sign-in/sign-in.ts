import type { Attempts } from '#accounts/attempts.ts';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { verifyPassword } from '#directory/password-hash.ts';
import { isClientSecret } from './client-secret.ts';
import type { SignInErrorCode } from './sign-in-errors.ts';
import { findSignInClient, findSignInUser, type SignInClient, type SignInUser } from './sign-in-store.ts';

/** The fields of a request for a token. */
export interface TokenRequest {
  readonly grantType: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly scope: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** A refused sign-in, as Entra ID answers it. */
export class SignInRefusal extends Error {
  readonly code: SignInErrorCode | 'throttled' | 'unavailable';
  /** The user, if there is one; for the event. */
  readonly userId: string | undefined;

  constructor(code: SignInRefusal['code'], userId?: string) {
    super(`AADSTS ${code}`);
    this.code = code;
    this.userId = userId;
  }
}

/** A request for a token that has all parameters. */
export type CompleteRequest = TokenRequest & {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
};

/** Throws SignInRefusal unless a request uses the password grant (RFC 6749 §4.3) and has all of its parameters. */
export function requireComplete(request: TokenRequest): CompleteRequest {
  const { grantType, clientId, scope, username, password } = request;
  if (grantType !== undefined && grantType !== 'password') throw new SignInRefusal(70003);
  const isMissing = [grantType, clientId, scope, username, password].some((value) => (value ?? '') === '');
  if (isMissing || clientId === undefined || username === undefined || password === undefined) {
    throw new SignInRefusal(900144);
  }
  return { ...request, clientId, username, password };
}

/** Finds the application and checks its secret. Throws SignInRefusal. */
export async function requireClient(
  database: Database,
  tenantId: string,
  { clientId, clientSecret }: CompleteRequest,
): Promise<SignInClient> {
  const client = await findSignInClient(database, tenantId, clientId);
  if (client === undefined) throw new SignInRefusal(700016);
  if (client.secretHash === null) {
    if (clientSecret !== undefined) throw new SignInRefusal(700025);
    return client;
  }
  if (clientSecret === undefined) throw new SignInRefusal(7000218);
  if (!isClientSecret(clientSecret, client.secretHash)) throw new SignInRefusal(7000215);
  return client;
}

/**
 * Checks the password of a user of a tenant. Like Entra ID, refuses further sign-ins of the user for a while after ten wrong passwords.
 * Throws SignInRefusal.
 */
export async function requirePassword(
  database: Database,
  attempts: Attempts,
  tenantId: string,
  { username, password }: CompleteRequest,
): Promise<SignInUser> {
  const user = await findSignInUser(database, tenantId, username);
  if (user === undefined) throw new SignInRefusal(50034);
  if (!user.accountEnabled) throw new SignInRefusal(50057, user.id);
  if (user.passwordHash === null) throw new SignInRefusal(50056, user.id);
  const counted = await attempts.begin('signIn', { kind: 'any', id: 'entra' }, user.id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'tooManyAttempts') throw new SignInRefusal(50053, user.id);
    throw error;
  });
  if (!(await verifyPassword(password, user.passwordHash))) throw new SignInRefusal(50126, user.id);
  await counted.succeed();
  if (user.mustChangePassword) throw new SignInRefusal(50055, user.id);
  return user;
}
