import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../bin/tanhua.mjs', import.meta.url));
/** The same flag as in bin/tanhua.mjs. */
const MEMORY_FLAG = '--max-semi-space-size=8';

export type ProgramForm = 'sources' | 'bundle';

/** Returns the first arguments with which Node runs the program: from its sources, as in README.md, or as bundled by bundle-setup.ts. */
export function programArguments(form: ProgramForm = 'bundle'): readonly string[] {
  const bundle = process.env['TEST_PROGRAM'];
  return form === 'sources' || bundle === undefined ? [sources] : [MEMORY_FLAG, bundle];
}

/** Returns the environment variable that sets Node's compile cache for the bundle. bin/tanhua.mjs sets its own cache. */
export function programEnvironment(): Readonly<Record<string, string>> {
  const cache = process.env['TEST_PROGRAM_CACHE'];
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
}
