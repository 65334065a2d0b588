import type { Account, AccountDeps } from '#accounts/account.ts';
import type { AttemptClient, Attempts } from '#accounts/attempts.ts';
import { countFailure } from '#accounts/lockout.ts';
import { isPasswordOf } from '#accounts/sign-in.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { KeyedQueue, TooManyWaiting } from '#base/concurrency-limit.ts';
import { AppError } from '#base/errors.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import type { RadiusReason } from '#base/words/radius-reasons.ts';
import { isWifiPassword } from './wifi-password.ts';

/** How long a check may take. Access points usually wait 3 to 5 s for an answer before they ask again or ask another server. */
export const LOCAL_DEADLINE_MS = 2_500;
/** The maximum number of passwords that are hashed concurrently for RADIUS. Sign-ins to the portal and the console wait with them. */
export const LOCAL_HASHES_MAX = 2;
/** The maximum number of checks that wait: as many as a machine with two cores hashes within the deadline. */
export const LOCAL_WAITING_MAX = 250;

export interface LocalCheckDeps {
  readonly attempts: Attempts;
  readonly timer?: Timer | undefined;
}

export interface LocalAttempt {
  /** The dependencies of the organization. */
  readonly deps: AccountDeps;
  /** undefined if no user has the name: the check then takes as long, and refuses. */
  readonly account: Account | undefined;
  readonly organizationId: string;
  /** The name that the person entered. */
  readonly login: string;
  readonly password: string;
  /** The hash of the generated Wi-Fi password of the user; null if there is none. */
  readonly wifiPasswordHash: string | null;
  readonly source: AttemptClient;
  readonly request: RequestOrigin;
}

export type LocalResult =
  | { readonly kind: 'ok'; readonly by: 'password' | 'wifiPassword' }
  | { readonly kind: 'refused'; readonly code: 'userUnknown' | 'wrongPassword' | 'passwordPending' | 'tooManyAttempts' }
  | { readonly kind: 'fault'; readonly code: Extract<RadiusReason, 'overloaded'> };

export type LocalCheck = (attempt: LocalAttempt) => Promise<LocalResult>;

/**
 * Creates the check of passwords of this directory. Failures count as failed sign-ins to the portal and the console do: for the account, and
 * for the device and the name. Answers `overloaded` if a check does not end within LOCAL_DEADLINE_MS.
 *
 * @example
 * const check = createLocalCheck({ attempts });
 * const result = await check({ deps, account, organizationId, login: 'ann', password, wifiPasswordHash, source, request });
 */
export function createLocalCheck({ attempts, timer = systemTimer }: LocalCheckDeps): LocalCheck {
  const queue = new KeyedQueue({
    runningMax: LOCAL_HASHES_MAX,
    waitingMax: LOCAL_WAITING_MAX,
    waitMs: LOCAL_DEADLINE_MS,
    timer,
  });
  return async (attempt) => {
    const { account, password, wifiPasswordHash } = attempt;
    // It cannot be guessed, so that it is checked first, costs no argon2id, and is never refused for the failures of others.
    if (account !== undefined && isWifiPassword(password, wifiPasswordHash)) return { kind: 'ok', by: 'wifiPassword' };
    const counted = await begin(attempts, attempt);
    if (counted === undefined) return { kind: 'refused', code: 'tooManyAttempts' };
    const isRight = await within(timer, () => queue.run('', () => isPasswordOf(attempt.deps, account, password))).catch(
      async (error: unknown) => {
        await counted.cancel();
        if (error instanceof TooManyWaiting) return undefined;
        throw error;
      },
    );
    if (isRight === undefined) return { kind: 'fault', code: 'overloaded' };
    if (isRight) {
      await counted.succeed();
      return { kind: 'ok', by: 'password' };
    }
    await counted.fail();
    if (account === undefined) return { kind: 'refused', code: 'userUnknown' };
    await countFailure(attempt.deps, account, attempt.request, counted.refusedUntil, noEvent);
    return { kind: 'refused', code: account.passwordHash === null ? 'passwordPending' : 'wrongPassword' };
  };
}

/** The event of the attempt is `radius_auth_attempt`. */
const noEvent = () => Promise.resolve();

/** Counts an attempt; returns undefined if the device has to wait for this name. */
export async function begin(
  attempts: Attempts,
  { source, account, login, organizationId }: Pick<LocalAttempt, 'source' | 'account' | 'login' | 'organizationId'>,
) {
  try {
    // By the user if there is one, so that its username and its email address do not have separate counts.
    return await attempts.begin('signIn', source, `user ${account?.id ?? login} ${organizationId}`);
  } catch (error) {
    if (error instanceof AppError && error.code === 'tooManyAttempts') return undefined;
    throw error;
  }
}

/** Throws TooManyWaiting if `work` does not end within LOCAL_DEADLINE_MS: it may have its turn and still wait for a thread. */
async function within<Result>(timer: Timer, work: () => Promise<Result>): Promise<Result> {
  const done = new AbortController();
  const late = timer.sleep(LOCAL_DEADLINE_MS, done.signal).then(
    () => {
      throw new TooManyWaiting(`The check took longer than ${LOCAL_DEADLINE_MS} ms.`);
    },
    // The work ended first.
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}
