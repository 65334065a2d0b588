import { inCi } from './in-ci.ts';

const printed = new Set<string>();

/**
 * Returns true if a test has to be skipped because this machine lacks a program that the test starts, and prints the reason once. In CI,
 * no test may be skipped, so this function throws an error there.
 *
 * @param missing what the machine lacks; undefined if it lacks nothing
 * @example
 * test.skipIf(skipWithout(postgresUnavailableReason()))('…', async () => { … });
 */
export function skipWithout(missing: string | undefined): boolean {
  if (missing === undefined) return false;
  if (inCi()) throw new Error(`${missing}; in CI no test may be skipped (.ci/run installs what the tests start)`);
  if (!printed.has(missing)) process.stdout.write(`${missing}: the tests that need it are skipped\n`);
  printed.add(missing);
  return true;
}
