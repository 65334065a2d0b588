import { systemTimer, type Timer } from './timer.ts';

/** Lets so many run at once, and the others wait for their turn, in the order in which they came. */
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
      // The turn goes on to the next, without a moment in which somebody else could take it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Thrown by `KeyedQueue` when too many wait for the same key, or one has waited too long. */
export class TooManyWaiting extends Error {}

export interface KeyedQueueOptions {
  /** How many may wait for one key. */
  readonly waitingMax: number;
  /** How long each of them waits. */
  readonly waitMs: number;
  readonly timer?: Timer;
}

/** Lets work on one key run one at a time, in the order in which it came, while work on other keys goes on. */
export class KeyedQueue {
  readonly #waitingMax: number;
  readonly #waitMs: number;
  readonly #timer: Timer;
  readonly #byKey = new Map<string, (() => void)[]>();

  constructor({ waitingMax, waitMs, timer = systemTimer }: KeyedQueueOptions) {
    this.#waitingMax = waitingMax;
    this.#waitMs = waitMs;
    this.#timer = timer;
  }

  /** Throws `TooManyWaiting`: at once when `waitingMax` wait for the key already, and after `waitMs` without a turn. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const waiting = this.#byKey.get(key);
    if (waiting === undefined) this.#byKey.set(key, []);
    else if (waiting.length >= this.#waitingMax) throw new TooManyWaiting(`${waiting.length} wait for ${key}.`);
    else await this.#turn(key, waiting);
    try {
      return await work();
    } finally {
      const next = this.#byKey.get(key)?.shift();
      // A key that no work waits for takes no memory.
      if (next === undefined) this.#byKey.delete(key);
      else next();
    }
  }

  async #turn(key: string, waiting: (() => void)[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waited = new AbortController();
    waiting.push(resolve);
    const giveUp = () => {
      const place = waiting.indexOf(resolve);
      // Its turn may have come in the same moment.
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
