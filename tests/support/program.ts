import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../bin/tanhua.mjs', import.meta.url));
/** As in bin/tanhua.mjs. */
const MEMORY_FLAG = '--max-semi-space-size=8';

export type ProgramForm = 'sources' | 'bundle';

/** The first arguments for Node to run the program: as README starts it, or as bundle-setup.ts has bundled it. */
export function programArguments(form: ProgramForm = 'bundle'): readonly string[] {
  const bundle = process.env['TEST_PROGRAM'];
  return form === 'sources' || bundle === undefined ? [sources] : [MEMORY_FLAG, bundle];
}

/** Where Node keeps what it makes of the bundle; bin/tanhua.mjs says so itself. */
export function programEnvironment(): Readonly<Record<string, string>> {
  const cache = process.env['TEST_PROGRAM_CACHE'];
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
}
