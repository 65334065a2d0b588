import { accessSync, constants, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './child-process.ts';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** All databases that the tests of a run have at once need a small part of it. */
const FREE_BYTES_MIN = 2_000_000_000;

/**
 * The folder for databases of tests that need not outlive the process: in memory where there is room for them, since a commit
 * waits for the disk, which many tests at once keep busy; else the folder for temporary files.
 */
export function memoryFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= FREE_BYTES_MIN) return MEMORY;
  } catch {
    // This system has none, or not for us.
  }
  return tmpdir();
}

const PREFIX = 'tanhua-test-';

/** What the name of a folder in {@link memoryFolder} begins with: it tells which process is to remove it. */
export function folderPrefix(): string {
  return join(memoryFolder(), `${PREFIX}${process.pid}-`);
}

/** Removes what processes have left that were killed: nothing else empties the memory before the machine starts again. */
export function removeLeftovers(): void {
  const folder = memoryFolder();
  const pattern = new RegExp(`^${PREFIX}(\\d+)-`);
  for (const name of readdirSync(folder)) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
