import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'rolldown';

/** The program's file within the folder of a bundle. */
export const BUNDLED_PROGRAM = 'main.js';

const BUILTIN = '\0builtin:';
/**
 * Takes Node's own modules as CommonJS does. An `import` of one reads everything that it exports, and so makes Node load what
 * the program does not use: node:http alone loads a client for HTTP/2 and WebSockets.
 */
const builtins: Plugin = {
  name: 'tanhua:builtins',
  resolveId: (id, importer) => {
    // What wraps a CommonJS module is rolldown's own, and cannot be wrapped itself.
    const isWrapper = importer === '\0rolldown/runtime.js';
    return isBuiltin(id) && !isWrapper ? `${BUILTIN}${id}` : undefined;
  },
  load: (id) => {
    if (!id.startsWith(BUILTIN)) return undefined;
    return `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(BUILTIN.length))});`;
  },
};

/**
 * Bundles the program into few files, a chunk for each command: Node starts it in half the time, since it resolves and reads
 * a dozen files and not a thousand.
 *
 * @param root the project's folder
 * @param folder where the files go; below the project, so that packages with files of their own are found
 */
export async function bundleProgram(root: string, folder: string): Promise<void> {
  await build({
    cwd: root,
    input: { main: 'src/cli/main.ts' },
    platform: 'node',
    // It loads a library that was compiled for this machine.
    external: ['better-sqlite3'],
    plugins: [builtins],
    logLevel: 'warn',
    output: { dir: folder, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
  });
  // Without it Node reads each file twice, to find out whether it is a module.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}
