import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Folders that are generated or not part of the repository. They are listed here, instead of asking git, so that the rules also work
 * in a copy of the sources without git.
 */
const ignoredFolders: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'data',
  'coverage',
  'dist',
  'screenshots',
  'test-results',
]);

/** Returns the paths of all files of the repository, relative to its root. */
export function repositoryFiles(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (ignoredFolders.has(path)) return [];
    return entry.isDirectory() ? repositoryFiles(path) : [path];
  });
}
