import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder to the workers, which inherit the variable. */
const FOLDER_VARIABLE = 'TEST_PLANS_FOLDER';

/** The folder in which the tests of a run share what they know of statements; undefined before the set-up has created it. */
export function plansFolder(): string | undefined {
  return process.env[FOLDER_VARIABLE];
}

/**
 * Statements whose plan one test of the run has found sound, by engine. All databases of the run share them through a file, so
 * that each statement is explained once, and not by every test file that runs it.
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

/** Vitest calls it once before the tests of each project that opens databases: the first call makes the folder for all. */
export function setup(): () => void {
  if (plansFolder() !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-plans-'));
  process.env[FOLDER_VARIABLE] = folder;
  return () => {
    delete process.env[FOLDER_VARIABLE];
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The lines that tests have written to a file so far; none where no test has. */
export function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A hash of the text of a statement. */
export function keyOf(sql: string): string {
  return createHash('sha1').update(sql).digest('base64');
}
