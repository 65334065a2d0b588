import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/** The maximum number of bytes of JavaScript that a browser reads before the first page of the console (console budget). */
export const FIRST_SCRIPT_BYTES_MAX = 250 * 1_024;
/** The same for the portal, which is read on phones. */
export const PORTAL_SCRIPT_BYTES_MAX = 90 * 1_024;

export interface BuiltScript {
  readonly name: string;
  /** The size of the compressed file, as it is sent. */
  readonly bytes: number;
}

/**
 * Returns the scripts of a built application that a browser reads before its first page is there: those that index.html names, the chunk of
 * Home, and all scripts that these import statically.
 */
export function firstScripts(application: 'console' | 'portal' = 'console'): readonly BuiltScript[] {
  const built = join(dist, application);
  const page = readFileSync(join(built, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/(?:console|portal)\/(?<name>[^"]+\.js)"/g)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  const home = readdirSync(join(built, 'assets')).filter((name) => /^home-page-.*\.js$/.test(name));
  const names = new Set([...named, ...home.map((name) => `assets/${name}`)]);
  for (const name of names) {
    for (const imported of staticImports(readFileSync(join(built, name), 'utf8'))) names.add(`assets/${imported}`);
  }
  return [...names].map((name) => ({ name, bytes: sentBytes(join(built, name)) }));
}

/** Returns the files that a built script imports statically: `import{a}from"./b.js"`, and not `import("./c.js")`. */
function staticImports(text: string): readonly string[] {
  return [...text.matchAll(/\b(?:from|import)\s*["']\.\/(?<name>[^"']+\.js)["']/g)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
}

function sentBytes(path: string): number {
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}
