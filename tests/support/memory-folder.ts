import { accessSync, constants, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './child-process.ts';

/** On Linux, files in this folder are kept in memory. */
const MEMORY = '/dev/shm';
/** The minimum free space in the memory folder. The databases that are open at once during a run need only a small part of it. */
const FREE_BYTES_MIN = 2_000_000_000;

/**
 * Returns the folder for the databases of tests, which need not survive the process. The folder is in memory if there is enough space,
 * because on a disk that many concurrent tests keep busy, each commit would have to wait. Otherwise, it is the folder for temporary files.
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

/** Returns the prefix for folders in {@link memoryFolder}. It contains the id of the process that has to remove the folder. */
export function folderPrefix(): string {
  return join(memoryFolder(), `${PREFIX}${process.pid}-`);
}

/** Removes folders that killed processes have left, because these folders would occupy memory until the machine restarts. */
export function removeLeftovers(): void {
  const folder = memoryFolder();
  const pattern = new RegExp(`^${PREFIX}(\\d+)-`);
  for (const name of readdirSync(folder)) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
