/** One of the works that end together, and what the log calls it. */
export type Ending = readonly [name: string, end: () => Promise<unknown>];

/** Ends the parts of the program, and knows which have not ended yet. */
export class ShutdownSequence {
  readonly #waitingFor = new Set<string>();

  /** Parts that have begun to end and have not ended yet. */
  get waitingFor(): readonly string[] {
    return [...this.#waitingFor];
  }

  /** Ends some parts together. Resolves when all have ended; throws what the first of them failed with. */
  async end(endings: readonly Ending[]): Promise<void> {
    const results = await Promise.allSettled(endings.map(async (one) => await this.#endOne(one)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #endOne([name, end]: Ending): Promise<void> {
    this.#waitingFor.add(name);
    try {
      await end();
    } finally {
      this.#waitingFor.delete(name);
    }
  }
}
