/** A work that is repeated while something else goes on, such as keeping a lease. */
export interface Renewal {
  /** No renewal begins any more, and one under way has ended: what is given back now is not taken again. */
  readonly stop: () => Promise<void>;
}

/**
 * Repeats a work at an interval, in milliseconds, one at a time.
 *
 * @param renew a failure is its own to report: one that is thrown is ignored, and the next renewal comes all the same
 * @example const renewal = startRenewal(() => keep(lease), 10_000); try { … } finally { await renewal.stop(); }
 */
export function startRenewal(renew: () => Promise<unknown>, intervalMs: number): Renewal {
  let underWay: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    try {
      await renew();
    } catch {
      // It reported what it wants to be known.
    } finally {
      underWay = undefined;
    }
  };
  const timer = setInterval(() => {
    underWay ??= once();
  }, intervalMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
