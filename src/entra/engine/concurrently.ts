/**
 * Calls `work` for each item, with at most `limit` calls in progress, and resolves when all calls have ended. After the first error, starts
 * no further calls, waits for the calls in progress, and throws the error.
 *
 * @example
 * await concurrently(users, 4, async (user) => await provision(user));
 */
export async function concurrently<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of rest) {
      if (failures.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
