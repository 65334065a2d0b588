/** The minimum time between two updates of the line, in milliseconds. */
const INTERVAL_MS = 200;
const WIDTH = 24;

interface Progress {
  readonly text: string;
  readonly done: number;
  /** The total; undefined if it is not known. */
  readonly of: number | undefined;
}

/** A stream that progress is written to: standard error, or standard output. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

/** A line of progress. Disposing of it ends the line, so that an error is printed on a new line. */
export interface ProgressBar extends Disposable {
  /** Overwrites the line on a terminal. Writes nothing to a file or a pipe. */
  readonly show: (progress: Progress) => void;
  /** Replaces the line with a final line, which is also written if the output is a file or a pipe. */
  readonly finish: (line: string) => void;
  /** Leaves the last line on the terminal and begins a new line. */
  readonly end: () => void;
}

/** Returns a progress bar: one line that is overwritten on a terminal. Only finished lines are written to a file or a pipe. */
export function progressBar(output: ProgressOutput = process.stderr): ProgressBar {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  const isTerminal = output.isTTY === true;
  const end = () => {
    if (isShown) output.write('\n');
    isShown = false;
  };
  return {
    show: ({ text, done, of }) => {
      const now = performance.now();
      if (!isTerminal || now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      isShown = true;
      const line = `${of === undefined ? `${done}` : bar(done, of)}  ${text}`;
      output.write(`\r\x1b[2K${line.slice(0, output.columns)}`);
    },
    finish: (line) => {
      output.write(isTerminal ? `\r\x1b[2K${line}\n` : `${line}\n`);
      isShown = false;
    },
    end,
    [Symbol.dispose]: end,
  };
}

function bar(done: number, of: number): string {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  const filled = Math.round(share * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** The number of rows of a table that a phase has processed, and the total. */
export interface RowProgress {
  readonly phase: string;
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

/** What the progress bar shows for the phases of copying a database and of moving an organization. */
const phaseTexts: Readonly<Record<string, string>> = {
  copy: 'copying',
  verify: 'comparing',
  'catch up': 'copying changes of',
  switch: 'switching',
  remove: 'removing',
};

/** Returns a function that shows the progress of a table on a bar, and writes a final line for each completed table. */
export function rowProgress({ show, finish }: ProgressBar = progressBar()): (progress: RowProgress) => void {
  return ({ phase, table, rows, of }) => {
    const text = `${phaseTexts[phase] ?? phase} ${table}`;
    if (rows >= of) finish(`${text}: ${rows} of ${of}`);
    else show({ text, done: rows, of });
  };
}
