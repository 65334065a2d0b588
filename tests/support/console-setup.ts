import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Builds the console for the tests that open it, unless its sources have not changed. */
export function setup({ config: { root } }: TestProject): void {
  // Vite would build a console for development with the NODE_ENV of a test.
  const { NODE_ENV: _ofTests, ...environment } = process.env;
  execFileSync(process.execPath, [join(root, 'tools/build-web.ts')], { env: environment, stdio: 'inherit' });
}
