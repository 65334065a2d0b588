import { randomBytes } from 'node:crypto';
import { hashApiKey } from '#admins/api-key.ts';
import { findOneTimeToken, insertOneTimeToken, useOneTimeToken } from '#admins/one-time-token-store.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { isLoopbackHost } from '#base/network.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { findAccount } from './account.ts';
import { findInServingDatabase, type AnonymousDeps } from './account-places.ts';
import { openUnlessBlocked, type SignedIn } from './account-session.ts';
import { hasTotp } from './second-factor.ts';

/** How long a code works, in milliseconds: long enough to click the link that a terminal shows. */
export const CONSOLE_CODE_MS = 60_000;
const CODE_BYTES = 32;
const PROTECTED = 'the account has an authenticator app';

/**
 * Creates a code that signs in an administrator once, within CONSOLE_CODE_MS, from the machine of the server. For a program that has
 * opened the database itself, and so could do whatever the administrator may do.
 *
 * @example
 * const code = await createConsoleCode(deps, { id: administrator.id, organizationId });
 * console.log(`${consoleUrl}#code=${code}`);
 */
export async function createConsoleCode(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  administrator: { readonly id: string; readonly organizationId: string },
): Promise<string> {
  const code = randomBytes(CODE_BYTES).toString('base64url');
  await insertOneTimeToken(database, clock, {
    organizationId: administrator.organizationId,
    purpose: 'console',
    userId: null,
    administratorId: administrator.id,
    hash: hashApiKey(code),
    data: null,
    expiresAt: new Date(clock.now().getTime() + CONSOLE_CODE_MS),
  });
  return code;
}

/**
 * Signs in the administrator for whom a code was created. A code is one factor, so that an account with an authenticator app needs its
 * password. Throws `signInFailed` (401) if the code is unknown, used or expired, if its account cannot be used with a code, and for a
 * client on another machine.
 */
export async function signInWithCode(deps: AnonymousDeps, code: string, request: RequestOrigin): Promise<SignedIn> {
  if (!isLoopbackHost(request.clientIp ?? '')) throw refused('otherMachine');
  const hash = hashApiKey(code);
  const place = await findInServingDatabase(deps, (database) => findOneTimeToken(database, hash, deps.clock.now()));
  if (place === undefined) throw ended();
  const { found: token, deps: own } = place;
  if (token.purpose !== 'console' || token.administratorId === null) throw ended();
  const before = await findAccount(own.database, token.organizationId, 'administrator', token.administratorId);
  if (before === undefined) throw ended();
  const signedIn = await openUnlessBlocked(own, before, {
    request,
    methods: ['otp'],
    use: async (transaction) => {
      if (!(await useOneTimeToken(transaction, token.id, own.clock.now()))) throw ended();
    },
    refusal: (account) => (hasTotp(account) ? PROTECTED : undefined),
  });
  if (signedIn === undefined) throw refused('protected');
  return signedIn;
}

function ended(): TranslatedError {
  return refused('ended');
}

function refused(why: keyof Messages['consoleCode']): TranslatedError {
  return new TranslatedError('signInFailed', ({ consoleCode }) => consoleCode[why]);
}
