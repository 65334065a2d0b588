import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The clock of a server that can be moved into the past. */
export interface SampleClock extends Disposable {
  /** The environment with which the server has to be started. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets the clock to a time before now, in milliseconds. Time must not go back, so that each call has a smaller value. */
  readonly setAgo: (ms: number) => void;
}

/** Returns a clock that is a time before now, in milliseconds, until it is set. */
export function openSampleClock(startMs: number): SampleClock {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-clock-'));
  const path = join(folder, 'behind-by');
  const setAgo = (ms: number) => {
    // The server reads the file at any moment, so that it is replaced as a whole.
    writeFileSync(`${path}.next`, String(ms));
    renameSync(`${path}.next`, path);
  };
  setAgo(startMs);
  return {
    environment: {
      SAMPLE_CLOCK: path,
      NODE_OPTIONS: `--import=${new URL('shifted-clock.ts', import.meta.url).href}`,
    },
    setAgo,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
