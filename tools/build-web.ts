import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

const stamp = stampOfSources();
const isCurrent = stampFiles.every((file) => existsSync(file) && readFileSync(file, 'utf8') === stamp);
if (!isCurrent) {
  // Loaded only here, because a start that builds nothing does not need it.
  const { build } = await import('vite');
  for (const { config, target } of applications) {
    await build({ configFile: config, logLevel: 'warn' });
    for (const name of globSync('**/*.{js,css,svg,html,json}', { cwd: target })) compress(join(target, name));
  }
  // The pages of links in emails, which are not built, have a name for it that does not change (src/user-portal/page.ts).
  const font = '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2';
  copyFileSync(join(root, 'node_modules', font), join(root, 'dist/portal/source-sans-3.woff2'));
  for (const file of stampFiles) writeFileSync(file, stamp);
}

/** Returns a digest of everything that determines the result. */
function stampOfSources(): string {
  const digest = createHash('sha256');
  const names = globSync('web/**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const path of [...names, join(root, 'package-lock.json')])
    digest.update(path.slice(root.length)).update(readFileSync(path));
  return digest.digest('hex');
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < COMPRESSED_BYTES_MIN) return;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
}
