/** The least time between two states of the line. */
const INTERVAL_MS = 200;
const WIDTH = 24;

interface Progress {
  readonly text: string;
  readonly done: number;
  /** undefined when the number is not known. */
  readonly of: number | undefined;
}

/** Where progress is written: standard error, or standard output. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

/** Disposing of it ends it, so that an error begins a new line. */
export interface ProgressBar extends Disposable {
  readonly show: (progress: Progress) => void;
  /** Writes a line that stays, also to a file. */
  readonly finish: (line: string) => void;
  /** Leaves the last line where it is. */
  readonly end: () => void;
}

/** One line that is overwritten on a terminal; to a file or a pipe only finished lines are written. */
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

/** How many rows of a table a phase has done. */
export interface RowProgress {
  readonly phase: string;
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

/** The phases of copying and moving, as a user reads them. */
const phaseTexts: Readonly<Record<string, string>> = {
  copy: 'copying',
  verify: 'comparing',
  'catch up': 'carrying over',
  switch: 'switching',
  remove: 'removing',
};

/** Shows the progress of each table on a bar, and leaves a line for each table that is done. */
export function rowProgress({ show, finish }: ProgressBar = progressBar()): (progress: RowProgress) => void {
  return ({ phase, table, rows, of }) => {
    const text = `${phaseTexts[phase] ?? phase} ${table}`;
    if (rows >= of) finish(`${text}: ${rows} of ${of}`);
    else show({ text, done: rows, of });
  };
}
