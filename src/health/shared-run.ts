/**
 * Shares a run among the callers that ask for it while it is in progress, so that concurrent requests do not repeat its work.
 *
 * @example
 * const results = await shared.run('en', () => check('en'));
 */
export class SharedRun<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /** Returns the result of the run with a key that is in progress, or else of a new one. A failure reaches all of its callers. */
  async run(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running !== undefined) return await running;
    const started = work().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return await started;
  }
}
