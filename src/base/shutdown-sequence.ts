/** A part of the program: its name in the log, and the function that ends it. */
export type ShutdownStep = readonly [name: string, end: () => Promise<unknown>];

/** Ends the parts of the program, and keeps track of the parts that have not ended yet. */
export class ShutdownSequence {
  readonly #waitingFor = new Set<string>();

  /** Parts that have begun to end and have not ended yet. */
  get waitingFor(): readonly string[] {
    return [...this.#waitingFor];
  }

  /** Ends several parts concurrently. Resolves when all have ended. Rejects with the error of the first part in the list that failed. */
  async end(steps: readonly ShutdownStep[]): Promise<void> {
    const results = await Promise.allSettled(steps.map(async (one) => await this.#endOne(one)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #endOne([name, end]: ShutdownStep): Promise<void> {
    this.#waitingFor.add(name);
    try {
      await end();
    } finally {
      this.#waitingFor.delete(name);
    }
  }
}
