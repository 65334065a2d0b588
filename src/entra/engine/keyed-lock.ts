/** Runs `work` after all earlier work that shares a name with it has ended. Work that shares no name runs concurrently. */
export type KeyedLock = <Result>(names: readonly string[], work: () => Promise<Result>) => Promise<Result>;

/**
 * Creates a lock for any number of names.
 *
 * @example
 * const lock = createKeyedLock();
 * await Promise.all([lock(['a'], first), lock(['a', 'b'], second)]); // `second` starts when `first` has ended
 */
export function createKeyedLock(): KeyedLock {
  const last = new Map<string, Promise<void>>();
  return async (names, work) => {
    const before = names.flatMap((name) => last.get(name) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    // Takes all names synchronously, so that two calls cannot wait for each other.
    for (const name of names) last.set(name, promise);
    await Promise.all(before);
    try {
      return await work();
    } finally {
      resolve();
      for (const name of names) if (last.get(name) === promise) last.delete(name);
    }
  };
}
