/** Works of which none begins before those are done that were given earlier and have a name in common with it. */
export type OneByOne = <Result>(names: readonly string[], work: () => Promise<Result>) => Promise<Result>;

export function createOneByOne(): OneByOne {
  const last = new Map<string, Promise<void>>();
  return async (names, work) => {
    const before = names.flatMap((name) => last.get(name) ?? []);
    const { promise, resolve } = Promise.withResolvers<void>();
    // All at once: so no two can wait for each other.
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
