import { DAY_MS, secondsToWait, type Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { networkOf } from '#base/network.ts';
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
 * What attempts are counted for. Each purpose has buckets of its own: failures of one refuse nothing of another.
 *
 * `name`: what is tried can be guessed, so attempts are counted by client and name, before they are looked at.
 * `secret`: what is tried has 128 random bits or more and cannot be guessed, so it is looked at first: a right one is never
 * refused, and only failures are counted.
 */
export const attemptPurposes = {
  signIn: { by: 'name', description: 'Passwords, by client and name.' },
  secondFactor: { by: 'name', description: 'Codes after a right password, by account or known device.' },
  confirmation: { by: 'name', description: 'Passwords and codes of an account that is signed in, by session.' },
  forgottenPassword: { by: 'name', description: 'Requests for a link by mail, by client and name.' },
  link: { by: 'secret', description: 'Links of mails.' },
  passkey: { by: 'secret', description: 'Answers of passkeys.' },
  token: { by: 'secret', description: 'Client credentials at the OAuth 2 token endpoint.' },
} as const satisfies Readonly<Record<string, { readonly by: 'name' | 'secret'; readonly description: string }>>;

type Purposes = typeof attemptPurposes;
export type AttemptPurpose = keyof Purposes;
type PurposeBy<Kind> = { [Name in AttemptPurpose]: Purposes[Name]['by'] extends Kind ? Name : never }[AttemptPurpose];

/** Failures of one client in a minute, from which on it is over its limit. */
export const FAILURES_PER_MINUTE_MAX = 30;
/** Failures for one name that a client which is over its limit may still have: others may share its address. */
export const FAILURES_TOLERATED_MAX = 3;
/** Failures of one client for one name, from which on each attempt makes it wait. */
export const FAILURES_WITHOUT_DELAY_MAX = 10;
/** The first wait; each failure doubles it, up to the longest. */
export const DELAY_FIRST_MS = 15_000;
export const DELAY_MAX_MS = 900_000;
/** How long failures for one name are remembered after the last one. */
export const FAILURE_RETENTION_MS = DAY_MS;
/** Rows that the purge keeps. */
export const ATTEMPT_ROWS_MAX = 100_000;
const MINUTE_MS = 60_000;

/**
 * Who tries: a network for requests of unknown senders, a device that signed in before, a session. RADIUS has the
 * Calling-Station-Id instead, since the access point's address is the same for all.
 */
export interface AttemptClient {
  readonly kind: 'network' | 'device' | 'session' | 'station' | 'any';
  readonly id: string;
}

/** The client that an address stands for. */
export function clientAt(address: string): AttemptClient {
  return { kind: 'network', id: networkOf(address) };
}

/** An attempt that is counted as a failure until it says otherwise. */
export interface Attempt {
  /** Until when further attempts of this client for this name are refused; undefined while they are not. */
  readonly refusedUntil: Date | undefined;
  /** It succeeded: failures of this client for this name are forgotten. */
  readonly succeed: () => Promise<void>;
  /** It was neither right nor wrong. */
  readonly cancel: () => Promise<void>;
  /** It failed: the client's failures for all names are counted too. */
  readonly fail: () => Promise<void>;
}

/** Limits how often clients fail to prove who they are; all processes share the counts, by the main database. */
export class Attempts {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Begins an attempt for a name, whether or not an account has it. Counts it first, so that attempts that come at once do
   * not get around the limit. Throws tooManyAttempts (429) while the client has to wait for this name, and where a network
   * is over its limit and failed for this name before.
   */
  async begin(purpose: PurposeBy<'name'>, client: AttemptClient, name: string): Promise<Attempt> {
    const now = this.#clock.now();
    const bucket = bucketFor(purpose, client, fold(name));
    const all = bucketFor(purpose, client);
    const window = client.kind === 'network' ? await findAttempts(this.#database, all, now) : undefined;
    const isOver = window !== undefined && window.failures >= FAILURES_PER_MINUTE_MAX;
    const failuresMax = isOver ? FAILURES_TOLERATED_MAX : Infinity;
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
        if (client.kind === 'network' && !isOver) await this.#countFailure(all);
      },
    };
  }

  /**
   * Runs an attempt with a secret that cannot be guessed. Only where it fails, by an error that `isFailure` says is one, it is
   * counted; over the limit the failure is answered with tooManyAttempts (429), and no longer written.
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

  /** Deletes what has expired, and rows beyond ATTEMPT_ROWS_MAX. */
  async purge(): Promise<number> {
    return await trimAttempts(this.#database, this.#clock.now(), ATTEMPT_ROWS_MAX);
  }

  async #countFailure(bucket: string): Promise<void> {
    const now = this.#clock.now();
    await countInWindow(this.#database, bucket, { now, expiresAt: new Date(now.getTime() + MINUTE_MS) });
  }
}

/** How long a client waits for a name after so many failures. */
export function delayAfter(failures: number): number {
  const beyond = failures - FAILURES_WITHOUT_DELAY_MAX;
  return beyond < 0 ? 0 : Math.min(DELAY_FIRST_MS * 2 ** beyond, DELAY_MAX_MS);
}

/** All attempts of a client, or those for one name. */
function bucketFor(purpose: AttemptPurpose, { kind, id }: AttemptClient, name: string | null = null): string {
  return bucketOf(purpose, kind, id, name);
}

function tooManyForName(purpose: AttemptPurpose, waitMs: number): AppError {
  const seconds = secondsToWait(waitMs);
  const wait = `Try again in ${shownWait(seconds)}`;
  const message =
    purpose === 'forgottenPassword'
      ? `A link was requested too often for this name from your network. ${wait}.`
      : `Too many attempts for this name failed from your network or device. ${wait}; a device on which you signed in before, and a passkey, need not wait.`;
  return new AppError('tooManyAttempts', message, { retryAfterSeconds: seconds });
}

function tooManyOfClient(purpose: AttemptPurpose, waitMs: number, cause?: unknown): AppError {
  const seconds = secondsToWait(waitMs);
  const happened =
    purpose === 'forgottenPassword' ? 'links were requested from your network' : 'attempts from your network failed';
  return new AppError(
    'tooManyAttempts',
    `More than ${FAILURES_PER_MINUTE_MAX} ${happened} within a minute. Try again in ${shownWait(seconds)}.`,
    { retryAfterSeconds: seconds, cause },
  );
}

function shownWait(seconds: number): string {
  if (seconds <= 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
