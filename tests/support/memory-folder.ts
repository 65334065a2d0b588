import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

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
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= FREE_BYTES_MIN) return MEMORY;
  } catch {
    // This system has none.
  }
  return tmpdir();
}
