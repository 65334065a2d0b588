import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import type { Timer } from '#base/timer.ts';
import { findExistingSessions } from '#admins/session-store.ts';
import { readConfigurationVersion } from '#database/configuration-cache.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';

/**
 * The time between two checks for changes that may end the access of listeners, in milliseconds. A listener is checked at the second
 * check after a change, when no cache of this process is older than the change: within a second.
 */
export const ACCESS_INTERVAL_MS = 300;
/** The maximum time after which a listener is checked even if nothing has changed, in milliseconds. */
export const ACCESS_CHECKED_MS = 300_000;
/** The number of listeners that are checked concurrently. */
const CHECKS_MAX = 8;

/** A credential with which a client listens. */
export interface WatchedAccess {
  /** The database that has the credential. */
  readonly home: string;
  /** The hash of a session token or an access token, which is deleted when it ends; undefined for a key. */
  readonly tokenHash: string | undefined;
  /**
   * Checks whether the client may still listen, and returns the time of the next check, in milliseconds since 1970. Throws the error with
   * which a new request would be refused.
   */
  readonly check: () => Promise<number>;
  readonly onEnd: (error: AppError) => void;
}

interface Watched {
  readonly access: WatchedAccess;
  checkAt: number;
  isDue: boolean;
}

/**
 * Ends listeners whose session or key was revoked or expired, or whose permissions have changed. One statement for each database
 * notices changes of the configuration, and one the end of sessions, regardless of the number of listeners.
 */
export class AccessWatch {
  readonly #fleet: Fleet;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #log: Log;
  readonly #watched = new Map<WatchedAccess, Watched>();
  readonly #versions = new Map<string, number>();
  #running: Promise<void> | undefined;
  #wake = new AbortController();

  constructor(deps: { readonly fleet: Fleet; readonly clock: Clock; readonly timer: Timer; readonly log: Log }) {
    this.#fleet = deps.fleet;
    this.#clock = deps.clock;
    this.#timer = deps.timer;
    this.#log = deps.log;
  }

  /** Checks the access once more, in case it ended since the caller checked it, and then after changes. */
  add(access: WatchedAccess): void {
    this.#watched.set(access, { access, checkAt: 0, isDue: false });
    this.#running ??= this.#run();
  }

  remove(access: WatchedAccess): void {
    this.#watched.delete(access);
    if (this.#watched.size === 0) this.#wake.abort();
  }

  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#watched.size > 0) {
      this.#wake = new AbortController();
      await this.#timer.sleep(ACCESS_INTERVAL_MS, this.#wake.signal).catch(() => undefined);
      if (this.#watched.size === 0) break;
      const now = this.#clock.now().getTime();
      const due = [...this.#watched.values()].filter((one) => one.isDue || one.checkAt <= now);
      for (const one of due) one.isDue = false;
      await Promise.all(this.#fleet.shards.map((shard) => this.#noticeChanges(shard)));
      await this.#checkAll(due);
    }
    this.#versions.clear();
    this.#running = undefined;
  }

  /** Marks the listeners that a change of this database may affect, for the next check. */
  async #noticeChanges(shard: Shard): Promise<void> {
    try {
      const version = await readConfigurationVersion(shard.database);
      const before = this.#versions.get(shard.name);
      this.#versions.set(shard.name, version);
      const all = [...this.#watched.values()];
      if (before !== undefined && before !== version) for (const one of all) one.isDue = true;
      const withToken = all.filter(({ access }) => access.home === shard.name && access.tokenHash !== undefined);
      if (withToken.length === 0) return;
      const existing = await findExistingSessions(
        shard.database,
        withToken.flatMap(({ access }) => access.tokenHash ?? []),
      );
      for (const one of withToken) if (!existing.has(one.access.tokenHash ?? '')) one.isDue = true;
    } catch (error) {
      // A listener cannot be checked while the database cannot be reached, and then receives nothing either.
      this.#log.debug({ err: error, shard: shard.name }, 'the access of listeners cannot be checked');
    }
  }

  async #checkAll(due: readonly Watched[]): Promise<void> {
    const left = [...due];
    const checkNext = async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await this.#check(one);
    };
    await Promise.all(Array.from({ length: CHECKS_MAX }, checkNext));
  }

  async #check(one: Watched): Promise<void> {
    const { access } = one;
    if (!this.#watched.has(access)) return;
    try {
      const next = await access.check();
      one.checkAt = Math.min(next, this.#clock.now().getTime() + ACCESS_CHECKED_MS);
    } catch (error) {
      if (error instanceof AppError && !error.isOutage) {
        this.#watched.delete(access);
        access.onEnd(error);
        return;
      }
      this.#log.warn({ err: error }, 'the access of a listener cannot be checked');
      one.isDue = true;
    }
  }
}
