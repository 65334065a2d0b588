import { systemTimer, type Timer } from './timer.ts';

/** Runs at most `max` operations concurrently. Others wait for their turn, in the order in which they arrived. */
export class ConcurrencyLimit {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // The turn passes directly to the next waiting operation, so that no later operation can take it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Thrown by `KeyedQueue` when too many operations wait for the same key, or when one has waited too long. */
export class TooManyWaiting extends Error {}

export interface KeyedQueueOptions {
  /** The number of operations on one key that run concurrently; 1 by default. */
  readonly runningMax?: number;
  /** The maximum number of operations that may wait for one key. */
  readonly waitingMax: number;
  /** The maximum time that an operation waits, in milliseconds. */
  readonly waitMs: number;
  readonly timer?: Timer;
}

/** The operations on one key. */
interface KeyedTurns {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Runs at most `runningMax` operations on one key concurrently, in the order in which they arrived. Operations on different keys do not
 * wait for each other.
 *
 * @example
 * const queue = new KeyedQueue({ runningMax: 16, waitingMax: 64, waitMs: 2_000 });
 * const answer = await queue.run('https://login.example', () => connection.send(request));
 */
export class KeyedQueue {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waitMs: number;
  readonly #timer: Timer;
  readonly #byKey = new Map<string, KeyedTurns>();

  constructor({ runningMax = 1, waitingMax, waitMs, timer = systemTimer }: KeyedQueueOptions) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
    this.#waitMs = waitMs;
    this.#timer = timer;
  }

  /** Throws `TooManyWaiting` immediately if `waitingMax` operations already wait for the key, or after it waited `waitMs` for its turn. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turns = this.#byKey.get(key) ?? { running: 0, waiting: [] };
    this.#byKey.set(key, turns);
    const { waiting } = turns;
    if (turns.running < this.#runningMax) turns.running += 1;
    else if (waiting.length >= this.#waitingMax)
      throw new TooManyWaiting(`${waiting.length} operations already wait for ${key}.`);
    else await this.#turn(key, waiting);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) turns.running -= 1;
      else next();
      // A key without operations uses no memory.
      if (turns.running === 0) this.#byKey.delete(key);
    }
  }

  async #turn(key: string, waiting: (() => void)[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waited = new AbortController();
    waiting.push(resolve);
    const giveUp = () => {
      const place = waiting.indexOf(resolve);
      // The turn of the operation may have come at the same moment.
      if (place === -1) return;
      waiting.splice(place, 1);
      reject(new TooManyWaiting(`No turn for ${key} came within ${this.#waitMs} ms.`));
    };
    this.#timer.sleep(this.#waitMs, waited.signal).then(giveUp, () => undefined);
    try {
      await promise;
    } finally {
      waited.abort();
    }
  }
}
