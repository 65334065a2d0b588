/** How often progress is told. */
const INTERVAL_MS = 200;
const WIDTH = 24;

interface Progress {
  readonly text: string;
  readonly done: number;
  /** undefined when nobody knows. */
  readonly of: number | undefined;
}

export interface ProgressBar {
  readonly show: (progress: Progress) => void;
  /** Leaves the last line where it is. */
  readonly end: () => void;
}

/** A line that is written over where people look on; elsewhere nothing is written, since nobody reads it in time. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show: ({ text, done, of }) => {
      const now = performance.now();
      if (!stream.isTTY || now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      isShown = true;
      stream.write(`\r\x1b[2K${of === undefined ? `${done}` : bar(done, of)}  ${text}`.slice(0, stream.columns));
    },
    end: () => {
      if (isShown) stream.write('\n');
      isShown = false;
    },
  };
}

function bar(done: number, of: number): string {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  const filled = Math.round(share * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
