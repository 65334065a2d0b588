/** An operation that is repeated in the background, such as the renewal of a lease. */
export interface Renewal {
  /** Resolves when the current run has ended. No run begins afterward, so that a lease released now is not renewed again. */
  readonly stop: () => Promise<void>;
}

/**
 * Repeats an operation at an interval, in milliseconds. Runs never overlap.
 *
 * @param renew must report its own failures: a thrown error is ignored, and the next run takes place as usual
 * @example const renewal = startRenewal(() => keep(lease), 10_000); try { … } finally { await renewal.stop(); }
 */
export function startRenewal(renew: () => Promise<unknown>, intervalMs: number): Renewal {
  let underWay: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    try {
      await renew();
    } catch {
      // `renew` reports its own failures.
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
