import { accessSync, constants, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './child-process.ts';

/** The folder of Linux whose files are in memory. */
const MEMORY = '/dev/shm';
/** The databases that are open at once during a run need only a small part of this. */
const FREE_BYTES_MIN = 2_000_000_000;

/**
 * The folder for databases of tests, which need not survive the process. It is in memory if there is enough space, because each commit
 * would otherwise wait for a disk that many concurrent tests keep busy. Otherwise it is the folder for temporary files.
 */
export function memoryFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= FREE_BYTES_MIN) return MEMORY;
  } catch {
    // This system has no such folder, or this user may not use it.
  }
  return tmpdir();
}

const PREFIX = 'tanhua-test-';

/** The prefix for folders in {@link memoryFolder}. It contains the id of the process that has to remove the folder. */
export function folderPrefix(): string {
  return join(memoryFolder(), `${PREFIX}${process.pid}-`);
}

/** Removes folders that killed processes have left. Otherwise they would occupy memory until the machine restarts. */
export function removeLeftovers(): void {
  const folder = memoryFolder();
  const pattern = new RegExp(`^${PREFIX}(\\d+)-`);
  for (const name of readdirSync(folder)) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
