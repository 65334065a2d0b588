import { DAY_MS, secondsToWait, type Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { networkOf } from '#base/network.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import {
  bucketOf,
  countInWindow,
  countUnlessRefused,
  deleteAttempts,
  findAttempts,
  refuseUntil,
  trimAttempts,
  uncountAttempt,
} from './attempt-store.ts';

/**
 * What attempts are counted for. Each purpose has separate buckets, so failures for one purpose do not delay attempts for another.
 *
 * `name`: the value that is tried can be guessed, so attempts are counted by client and name, before the value is checked.
 * `secret`: the value has at least 128 random bits and cannot be guessed, so it is checked first. A correct value is never
 * refused, and only failures are counted.
 */
export const attemptPurposes = {
  signIn: { by: 'name', description: 'Passwords, by client and name.' },
  secondFactor: { by: 'name', description: 'Codes sent with a correct password, by account or known device.' },
  confirmation: { by: 'name', description: 'Passwords and codes of an account that is signed in, by session.' },
  forgottenPassword: { by: 'name', description: 'Requests for a link by email, by client and name.' },
  link: { by: 'secret', description: 'Links in emails.' },
  passkey: { by: 'secret', description: 'Passkey responses.' },
  token: { by: 'secret', description: 'Client credentials at the OAuth 2 token endpoint.' },
} as const satisfies Readonly<Record<string, { readonly by: 'name' | 'secret'; readonly description: string }>>;

type Purposes = typeof attemptPurposes;
export type AttemptPurpose = keyof Purposes;
type PurposeBy<Kind> = { [Name in AttemptPurpose]: Purposes[Name]['by'] extends Kind ? Name : never }[AttemptPurpose];

/** The number of failures within a minute at which a client has reached its limit. */
export const FAILURES_PER_MINUTE_MAX = 30;
/** The number of failures for one name that a client may have even if it has exceeded its limit, because others may share its address. */
export const FAILURES_TOLERATED_MAX = 3;
/** The number of failures of one client for one name after which the client has to wait. */
export const FAILURES_WITHOUT_DELAY_MAX = 10;
/** The first wait. Each further failure doubles it, up to DELAY_MAX_MS. */
export const DELAY_FIRST_MS = 15_000;
export const DELAY_MAX_MS = 900_000;
/** How long failures for one name are remembered after the last failure. */
export const FAILURE_RETENTION_MS = DAY_MS;
/** The maximum number of rows that the purge keeps. */
export const ATTEMPT_ROWS_MAX = 100_000;
const MINUTE_MS = 60_000;

/**
 * The client that attempts are counted for: the network of an unknown sender, a device that signed in before, or a session. For
 * RADIUS, it is the Calling-Station-Id (`station`), since all stations share the access point's address. `any` counts all clients
 * together.
 */
export interface AttemptClient {
  readonly kind: 'network' | 'device' | 'session' | 'station' | 'any';
  readonly id: string;
}

/** Returns the client for an IP address: its network. */
export function clientAt(address: string): AttemptClient {
  return { kind: 'network', id: networkOf(address) };
}

/** An attempt. It counts as a failure unless `succeed` or `cancel` is called. */
export interface Attempt {
  /** When this client may next try this name; undefined if it does not have to wait. */
  readonly refusedUntil: Date | undefined;
  /** Reports a success: deletes the failures of this client for this name. */
  readonly succeed: () => Promise<void>;
  /** Reports that the attempt neither succeeded nor failed: it is no longer counted. */
  readonly cancel: () => Promise<void>;
  /** Reports a failure: also counts the attempt toward the client's limit for all names. */
  readonly fail: () => Promise<void>;
}

/** Limits how often clients fail to authenticate. All processes share the counts, in the main database. */
export class Attempts {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Starts an attempt for a name, whether or not an account has the name. Counts the attempt before its value is checked, so that
   * concurrent attempts cannot exceed the limit. Throws `tooManyAttempts` (429) while the client has to wait for this name, and for
   * a network over its limit that has FAILURES_TOLERATED_MAX failures for this name.
   *
   * @example
   * const attempt = await attempts.begin('signIn', clientAt('192.0.2.1'), 'user ann');
   * await attempt.fail(); // or succeed() or cancel()
   */
  async begin(purpose: PurposeBy<'name'>, client: AttemptClient, name: string): Promise<Attempt> {
    const now = this.#clock.now();
    const bucket = bucketFor(purpose, client, fold(name));
    const all = bucketFor(purpose, client);
    const window = client.kind === 'network' ? await findAttempts(this.#database, all, now) : undefined;
    const isOverLimit = window !== undefined && window.failures >= FAILURES_PER_MINUTE_MAX;
    const failuresMax = isOverLimit ? FAILURES_TOLERATED_MAX : Infinity;
    const refusedUntil = await inTransaction(this.#database, async (transaction) => {
      const expiresAt = new Date(now.getTime() + FAILURE_RETENTION_MS);
      const failures = await countUnlessRefused(transaction, bucket, { now, expiresAt });
      if (failures === undefined) {
        const found = await findAttempts(transaction, bucket, now);
        throw tooManyForName(purpose, (found?.refusedUntil ?? 0) - now.getTime());
      }
      if (failures > failuresMax) throw tooManyOfClient(purpose, (window?.expiresAt ?? 0) - now.getTime());
      const delayMs = delayAfter(failures);
      if (delayMs === 0) return undefined;
      const until = new Date(now.getTime() + delayMs);
      await refuseUntil(transaction, bucket, until);
      return until;
    });
    return {
      refusedUntil,
      succeed: () => deleteAttempts(this.#database, bucket),
      cancel: () => uncountAttempt(this.#database, bucket),
      fail: async () => {
        if (client.kind === 'network' && !isOverLimit) await this.#countFailure(all);
      },
    };
  }

  /**
   * Runs an attempt with a secret that cannot be guessed. Counts the attempt only if it throws an error for which `isFailure` returns
   * true. If the client has exceeded its limit, throws `tooManyAttempts` (429) instead of that error, and does not count the attempt.
   *
   * @example await attempts.guardSecret('link', client, () => describeLink(deps, token), isUnknownLink);
   */
  async guardSecret<Result>(
    purpose: PurposeBy<'secret'>,
    client: AttemptClient,
    attempt: () => Promise<Result>,
    isFailure: (error: unknown) => boolean,
  ): Promise<Result> {
    try {
      return await attempt();
    } catch (error) {
      if (!isFailure(error)) throw error;
      const now = this.#clock.now();
      const bucket = bucketFor(purpose, client);
      const window = await findAttempts(this.#database, bucket, now);
      if (window !== undefined && window.failures >= FAILURES_PER_MINUTE_MAX) {
        throw tooManyOfClient(purpose, window.expiresAt - now.getTime(), error);
      }
      await this.#countFailure(bucket);
      throw error;
    }
  }

  /** Deletes expired rows, and rows beyond ATTEMPT_ROWS_MAX. Returns how many rows remain. */
  async purge(): Promise<number> {
    return await trimAttempts(this.#database, this.#clock.now(), ATTEMPT_ROWS_MAX);
  }

  async #countFailure(bucket: string): Promise<void> {
    const now = this.#clock.now();
    await countInWindow(this.#database, bucket, { now, expiresAt: new Date(now.getTime() + MINUTE_MS) });
  }
}

/** Returns how long a client has to wait for a name after a number of failures, in milliseconds. */
export function delayAfter(failures: number): number {
  const beyond = failures - FAILURES_WITHOUT_DELAY_MAX;
  return beyond < 0 ? 0 : Math.min(DELAY_FIRST_MS * 2 ** beyond, DELAY_MAX_MS);
}

/** Returns the bucket of a client for one name or, without a name, the bucket for all attempts of the client. */
function bucketFor(purpose: AttemptPurpose, { kind, id }: AttemptClient, name: string | null = null): string {
  return bucketOf(purpose, kind, id, name);
}

function tooManyForName(purpose: AttemptPurpose, waitMs: number): AppError {
  const seconds = secondsToWait(waitMs);
  return new TranslatedError(
    'tooManyAttempts',
    ({ linksForName, failuresForName }) =>
      purpose === 'forgottenPassword' ? linksForName(seconds) : failuresForName(seconds),
    { retryAfterSeconds: seconds },
  );
}

function tooManyOfClient(purpose: AttemptPurpose, waitMs: number, cause?: unknown): AppError {
  const seconds = secondsToWait(waitMs);
  return new TranslatedError(
    'tooManyAttempts',
    ({ linksOfClient, failuresOfClient }) => {
      const say = purpose === 'forgottenPassword' ? linksOfClient : failuresOfClient;
      return say(FAILURES_PER_MINUTE_MAX, seconds);
    },
    { retryAfterSeconds: seconds, cause },
  );
}
