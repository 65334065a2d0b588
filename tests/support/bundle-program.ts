import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';

/** The program's file within the folder of a bundle. */
export const BUNDLED_PROGRAM = 'main.js';

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
    logLevel: 'warn',
    output: { dir: folder, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
  });
  // Without it Node reads each file twice, to find out whether it is a module.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}
