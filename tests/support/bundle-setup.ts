import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_PROGRAM, bundleProgram } from '../../tools/bundle-program.ts';

const CACHE = 'node_modules/.cache';

/** Bundles the program for the tests that start it: each start takes half the time. */
export async function setup(): Promise<() => void> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(process.cwd(), CACHE, 'tanhua-tests-'));
  await bundleProgram(folder);
  process.env['TEST_PROGRAM'] = join(folder, BUNDLED_PROGRAM);
  process.env['TEST_PROGRAM_CACHE'] = join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true });
}
