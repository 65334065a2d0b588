import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The environment variable with the path of the shared folder. Worker processes inherit it. */
const FOLDER_VARIABLE = 'TEST_PLANS_FOLDER';

/** Returns the folder in which the tests of a run share information about statements; undefined before the setup has created it. */
export function plansFolder(): string | undefined {
  return process.env[FOLDER_VARIABLE];
}

/**
 * The statements of an engine with plans that were already checked and allowed during this run. All databases of the run share these
 * statements through a file, so that each statement is explained only once, and not by every test file that runs it.
 */
export class CheckedStatements {
  readonly #file: string | undefined;
  readonly #keys: Set<string>;

  constructor(engine: string) {
    const folder = plansFolder();
    this.#file = folder === undefined ? undefined : join(folder, engine);
    this.#keys = new Set(this.#file === undefined ? [] : linesOf(this.#file));
  }

  has(sql: string): boolean {
    return this.#keys.has(keyOf(sql));
  }

  add(statements: readonly string[]): void {
    const keys = statements.map(keyOf).filter((key) => !this.#keys.has(key));
    for (const key of keys) this.#keys.add(key);
    if (this.#file !== undefined && keys.length > 0) appendFileSync(this.#file, `${keys.join('\n')}\n`);
  }
}

/** Creates the folder. Vitest calls this once for each project that opens databases; the first call creates the folder for all of them. */
export function setup(): () => void {
  if (plansFolder() !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-plans-'));
  process.env[FOLDER_VARIABLE] = folder;
  return () => {
    delete process.env[FOLDER_VARIABLE];
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Returns the lines of a file to which tests append; an empty array if the file does not exist yet. */
export function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Returns a hash of the text of a statement. */
export function keyOf(sql: string): string {
  return createHash('sha1').update(sql).digest('base64');
}
