import { inCi } from './in-ci.ts';

const printed = new Set<string>();

/**
 * Whether a test is left out because the machine lacks what it starts; prints why, once. In CI nothing may be left out: there it
 * throws.
 *
 * @param missing what the machine lacks; undefined where it has everything
 */
export function skipWithout(missing: string | undefined): boolean {
  if (missing === undefined) return false;
  if (inCi()) throw new Error(`${missing}; in CI no test may be skipped (.ci/run installs what the tests start)`);
  if (!printed.has(missing)) process.stdout.write(`${missing}: the tests on it are skipped\n`);
  printed.add(missing);
  return true;
}
