/** Lets so many run at once, and the others wait for their turn, in the order in which they came. */
export class Turns {
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

/** Thrown by `KeyedTurns` when too many wait for the same key. */
export class TooManyWaiting extends Error {}

/** Lets work on one key run one at a time, in the order in which it came, while work on other keys goes on. */
export class KeyedTurns {
  readonly #waitingMax: number;
  readonly #byKey = new Map<string, (() => void)[]>();

  /** `waitingMax`: how many may wait for one key. */
  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** Throws `TooManyWaiting` at once when `waitingMax` wait for the key already. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const waiting = this.#byKey.get(key);
    if (waiting === undefined) this.#byKey.set(key, []);
    else if (waiting.length >= this.#waitingMax) throw new TooManyWaiting(`${waiting.length} wait for ${key}.`);
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#byKey.get(key)?.shift();
      // A key that no work waits for takes no memory.
      if (next === undefined) this.#byKey.delete(key);
      else next();
    }
  }
}
