import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * Builds the console, `web/`, into `dist/console`, and the portal, `web/portal/`, into `dist/portal`, with a compressed copy of each file that
 * compresses well. Does nothing if the sources have not changed since the last build. `npm ci` runs it.
 *
 * Usage: `npm run build`
 */
const root = fileURLToPath(new URL('..', import.meta.url));
/** The web applications: the file with the settings of each build, and the folder that it writes. */
const applications = [
  { config: join(root, 'web/vite.config.ts'), target: join(root, 'dist/console') },
  { config: join(root, 'web/portal/vite.config.ts'), target: join(root, 'dist/portal') },
] as const;
const stampFiles = applications.map(({ target }) => join(target, '.stamp'));
/** Smaller files do not become shorter. */
const COMPRESSED_BYTES_MIN = 1_024;

if (!stampFiles.every(isCurrent)) {
  // Loaded only here, because a start that builds nothing does not need it.
  const { build } = await import('vite');
  const modules = new Set<string>();
  const begun = Date.now();
  for (const { config, target } of applications) {
    const built = await build({ configFile: config, logLevel: 'warn' });
    for (const { output } of [built].flat() as readonly { output: readonly { moduleIds?: readonly string[] }[] }[]) {
      for (const path of output.flatMap(({ moduleIds = [] }) => moduleIds)) modules.add(relative(root, path));
    }
    for (const name of globSync('**/*.{js,css,svg,html,json}', { cwd: target })) compress(join(target, name));
  }
  // The pages of links in emails, which are not built, have a name for it that does not change (src/user-portal/page.ts).
  const font = '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2';
  copyFileSync(join(root, 'node_modules', font), join(root, 'dist/portal/source-sans-3.woff2'));
  const shared = [...modules].filter((path) => /^src\/.*\.ts$/.test(path)).toSorted();
  const stamp = [digestOf(shared), ...shared].join('\n');
  // What was saved during the build may not be in the result: the next start builds again.
  const isStable = [...pagePaths(), ...shared].every((path) => statSync(join(root, path)).mtimeMs < begun);
  if (isStable) for (const file of stampFiles) writeFileSync(file, stamp);
}

/** A stamp has a digest of the sources in its first line, and then the modules of the server that the pages contain. */
function isCurrent(stampFile: string): boolean {
  if (!existsSync(stampFile)) return false;
  const [digest, ...shared] = readFileSync(stampFile, 'utf8').split('\n');
  return shared.every((path) => existsSync(join(root, path))) && digest === digestOf(shared);
}

/** Returns a digest of everything that determines the result. */
function digestOf(shared: readonly string[]): string {
  const digest = createHash('sha256');
  for (const path of [...pagePaths(), ...shared, 'package-lock.json']) {
    digest.update(path).update(readFileSync(join(root, path)));
  }
  return digest.digest('hex');
}

/** Returns the files of the pages, from the folder of the project. */
function pagePaths(): readonly string[] {
  return globSync('web/**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < COMPRESSED_BYTES_MIN) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}
